// The service as `main` composes it, whose fault points the test arms over the IPC channel: at an armed one it says
// 'reached' and stands still until told to go on. Runs from dist/, as the service does.
import pino from 'pino'
import { readConfig } from '../../dist/main/config.js'
import { startService } from '../../dist/main/start.js'

let armed = null
let goOn = () => {}

process.on('message', ({ type, point }) => {
  if (type === 'arm') {
    armed = point
    process.send({ type: 'armed' })
  } else if (type === 'resume') goOn()
})
// whoever started us is gone
process.once('disconnect', () => process.exit(1))

async function faultPoint(point) {
  if (point !== armed) return
  armed = null
  const resumed = new Promise((resolve) => {
    goOn = resolve
  })
  process.send({ type: 'reached', point })
  await resumed
}

const config = readConfig(process.env)
const log = pino({ level: config.logLevel }, pino.destination({ fd: 2, sync: true }))
const service = await startService({ config, nativeAddon: 'ok', log, faultPoint })
process.on('SIGTERM', async () => {
  await service.stop()
  process.exit(0)
})
process.send({ type: 'ready', url: service.url })
