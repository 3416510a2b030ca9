// npm start: prepare, build, serve from dist/ in this very process, so that signals reach the service.
import { build } from './lib/build.mjs'
import { prepare } from './lib/prepare.mjs'

const { native } = prepare()
build()
const { main } = await import('../dist/main/main.js')
await main({ env: process.env, nativeAddon: native })
