import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodePem } from '../../formats/index.ts'

/** What the `openssl` command said: its exit code, and both outputs in one text. */
export interface Said {
  readonly code: number
  readonly text: string
}

/** A temporary folder in which `openssl` is run. */
export class OpensslFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'anky-test-certs-'))

  write(file: string, content: Uint8Array | string): string {
    const path = join(this.path, file)
    writeFileSync(path, content)
    return path
  }

  pem(file: string, label: 'CERTIFICATE' | 'X509 CRL', ...parts: Uint8Array[]): string {
    return this.write(file, parts.map((part) => encodePem(label, part)).join(''))
  }

  run(...args: string[]): Promise<Said> {
    return new Promise((resolve) => {
      // -text escapes letters beyond ASCII unless told otherwise, and the locale must not matter
      execFile(
        'openssl',
        args,
        { cwd: this.path, env: { ...process.env, LC_ALL: 'C.UTF-8' } },
        (error, out, err) => resolve({ code: error ? Number(error.code ?? 1) : 0, text: out + err }),
      )
    })
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true })
  }
}
