// Installs what is missing, for commands that call a tool of node_modules/ directly.
import { prepare } from './lib/prepare.mjs'

prepare()
