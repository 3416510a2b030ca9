import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import type { SoftToken } from './soft-token.ts'

const program = `
const pkcs11js = require('pkcs11js')
const [module, pin, id] = process.argv.slice(1)
const p11 = new pkcs11js.PKCS11()
p11.load(module)
p11.C_Initialize()
const slot = p11.C_GetSlotList(true)[0]
const session = p11.C_OpenSession(slot, pkcs11js.CKF_SERIAL_SESSION | pkcs11js.CKF_RW_SESSION)
p11.C_Login(session, pkcs11js.CKU_USER, pin)
p11.C_FindObjectsInit(session, [
  { type: pkcs11js.CKA_CLASS, value: pkcs11js.CKO_PRIVATE_KEY },
  { type: pkcs11js.CKA_ID, value: Buffer.from(id, 'hex') },
])
const key = p11.C_FindObjects(session, 1)[0]
const outcome = (run) => { try { run(); return 'done' } catch (error) { return error.message.split(':')[0] } }
const value = outcome(() => p11.C_GetAttributeValue(session, key, [{ type: pkcs11js.CKA_VALUE }]))
const changed = outcome(() => p11.C_SetAttributeValue(session, key, [{ type: pkcs11js.CKA_EXTRACTABLE, value: true }]))
process.stdout.write(JSON.stringify({ value, makeExtractable: changed === 'done' ? changed : 'refused' }))
`

/** What the token answers a program that asks for a private key's value, or to make it extractable. */
export function readProtection(token: SoftToken, id: string): { value: string; makeExtractable: string } {
  const pin = readFileSync(token.pinFile, 'utf8').trim()
  const printed = execFileSync(process.execPath, ['-e', program, token.module, pin, id], {
    env: { ...process.env, ...token.environment },
  })
  return JSON.parse(printed.toString())
}
