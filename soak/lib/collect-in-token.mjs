// Loaded into the token's process before its own code: forces a collection of garbage in the main thread now and then,
// and in each thread at every tenth message from or to the service, in the midst of its work.
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { isMainThread } from 'node:worker_threads'

const EVERY_MESSAGES = 10
const EVERY_MS = 100

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc')
let collections = 0
const count = () => {
  collect()
  collections++
}

if (isMainThread) setInterval(count, EVERY_MS).unref()
else {
  let messages = 0
  const { readSync, writeSync } = fs
  const collecting =
    (original) =>
    (...args) => {
      if (++messages % EVERY_MESSAGES === 0) count()
      return original(...args)
    }
  fs.readSync = collecting(readSync)
  fs.writeSync = collecting(writeSync)
  syncBuiltinESMExports()
}
process.on('exit', () => {
  fs.appendFileSync(process.env.SOAK_COLLECTIONS, `${isMainThread ? 'main' : 'thread'} ${collections}\n`)
})
