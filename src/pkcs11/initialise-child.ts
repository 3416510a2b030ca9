import { CKF, CKU, type Cryptoki, call, initialiseModule } from './cryptoki.ts'
import { Fault, faultData } from './fault.ts'
import { checkPinLength, readSecretFile } from './pin-file.ts'
import type { FaultData } from './protocol.ts'

/** What the process that makes a token is asked; PINs as paths only. */
export interface InitialiseRequest {
  readonly module: string
  readonly label: string
  readonly securityOfficerPinFile: string
  readonly pinFile: string
}

export type InitialiseReply =
  | { readonly serialNumber: string; readonly created: boolean }
  | { readonly fault: FaultData }

process.once('message', async (request: InitialiseRequest) => {
  const reply = await initialise(request).catch(
    (error: unknown): InitialiseReply => ({ fault: faultData(error, 'C_InitToken') }),
  )
  process.send!(reply, undefined, {}, () => process.exit(0))
})

async function initialise(request: InitialiseRequest): Promise<InitialiseReply> {
  const { secret: securityOfficerPin } = readSecretFile(request.securityOfficerPinFile)
  const { secret: pin } = readSecretFile(request.pinFile)
  const cryptoki = await initialiseModule(request.module)
  try {
    const existing = findToken(cryptoki, (token) => token.initialised && token.label === request.label)
    if (existing) return { serialNumber: existing.serialNumber, created: false }
    return { serialNumber: makeToken(cryptoki, request.label, securityOfficerPin, pin), created: true }
  } finally {
    cryptoki.C_Finalize()
  }
}

function makeToken(cryptoki: Cryptoki, label: string, securityOfficerPin: string, pin: string): string {
  const free = findToken(cryptoki, (token) => !token.initialised)
  if (!free) throw new Fault('ERR_P11_TOKEN_ABSENT')
  checkPinLength(securityOfficerPin, free)
  checkPinLength(pin, free)
  call('C_InitToken', () => cryptoki.C_InitToken(free.slot, securityOfficerPin, padLabel(label)))
  const session = call('C_OpenSession', () =>
    cryptoki.C_OpenSession(free.slot, CKF.SERIAL_SESSION | CKF.RW_SESSION),
  )
  call('C_Login', () => cryptoki.C_Login(session, CKU.SO, securityOfficerPin))
  call('C_InitPIN', () => cryptoki.C_InitPIN(session, pin))
  call('C_Logout', () => cryptoki.C_Logout(session))
  call('C_CloseSession', () => cryptoki.C_CloseSession(session))
  return call('C_GetTokenInfo', () => cryptoki.C_GetTokenInfo(free.slot)).serialNumber.trimEnd()
}

/** CK_UTF8CHAR[32], blank padded (PKCS#11 v3.1, 5.5.6): the addon passes on what it is given, and the module reads 32 bytes. */
function padLabel(label: string): string {
  const missing = 32 - Buffer.byteLength(label)
  if (label.trim() === '' || missing < 0) throw new Fault('ERR_P11_TOKEN_LABEL')
  return label + ' '.repeat(missing)
}

function findToken(cryptoki: Cryptoki, wanted: (token: { initialised: boolean; label: string }) => boolean) {
  for (const slot of call('C_GetSlotList', () => cryptoki.C_GetSlotList(true))) {
    const token = call('C_GetTokenInfo', () => cryptoki.C_GetTokenInfo(slot))
    const initialised = (token.flags & CKF.TOKEN_INITIALIZED) !== 0
    if (!wanted({ initialised, label: token.label.trimEnd() })) continue
    return {
      slot,
      minPinLen: token.minPinLen,
      maxPinLen: token.maxPinLen,
      serialNumber: token.serialNumber.trimEnd(),
    }
  }
  return null
}
