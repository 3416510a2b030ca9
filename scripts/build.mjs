import { build } from './lib/build.mjs'
import { prepare } from './lib/prepare.mjs'

prepare()
build({ force: true })
