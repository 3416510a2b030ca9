// npm run build: compiles src/ into dist/, whether or not sources are newer.
import { build } from './lib/build.mjs'
import { prepare } from './lib/prepare.mjs'

prepare()
build({ force: true })
