// Runs the responders over a folder that saveCa wrote, as a process of its own:
//   node responders-process.js FOLDER PORT [--control]
// Prints one line of JSON, {"ready":true,"port":…} or {"ready":false,"code":…}, and ends when its parent does: when
// standard input or the channel to the parent closes.
import { randomBytes } from 'node:crypto'
import { statSync } from 'node:fs'
import type { Pki } from './entity.ts'
import { startResponders } from './responders.ts'
import { indexFile, loadCa, statusFile } from './store.ts'

const [folder, port, ...flags] = process.argv.slice(2)

/** Reads the folder again whenever its index or status file has changed. */
function followFolder(path: string): () => Pki {
  let pki: Pki | undefined
  let seen = ''
  return () => {
    const now = [indexFile(path), statusFile(path)].map(fingerprint).join()
    if (!pki || now !== seen) {
      pki = loadCa(path)
      seen = now
    }
    return pki
  }
}

function fingerprint(file: string): string {
  const stat = statSync(file, { throwIfNoEntry: false, bigint: true })
  return stat ? `${stat.ino}/${stat.mtimeNs}/${stat.size}` : '-'
}

async function main(): Promise<void> {
  const pki = followFolder(folder!)
  pki()
  const responders = await startResponders({
    pki,
    port: Number(port),
    clock: () => new Date(),
    random: (n) => randomBytes(n),
    control: flags.includes('--control'),
  })
  const stop = (): void => process.exit(0)
  process.stdin.once('end', stop).once('close', stop).once('error', stop).resume()
  process.once('disconnect', stop)
  // Ctrl-C reaches the whole process group; the parent still needs us to finish what it is signing
  process.on('SIGINT', () => {})
  const { controlUrl } = responders
  say({ ready: true, port: responders.port, ...(controlUrl && { controlUrl }) })
}

const say = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`)

main().catch((error: { code?: string; message?: string }) => {
  say({ ready: false, code: error.code ?? null, message: error.message ?? null })
  process.exitCode = 1
})
