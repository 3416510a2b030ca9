import { CKR, ckrOf, faultOfCall } from './ckr.ts'
import { Fault } from './fault.ts'
import type { PssParameters } from './protocol.ts'

/** A session, slot or object handle as the addon passes it: CK_ULONG in machine order. */
export type Handle = Buffer

export interface Attribute {
  readonly type: number
  readonly value?: number | boolean | string | Buffer
}

export interface Mechanism {
  readonly mechanism: number
  readonly parameter?: PssParameters
}

export interface TokenInfo {
  readonly label: string
  readonly manufacturerID: string
  readonly model: string
  readonly serialNumber: string
  readonly flags: number
  readonly maxSessionCount: number
  readonly minPinLen: number
  readonly maxPinLen: number
}

/**
 * The calls of the addon that we use, all synchronous: its callback forms keep no reference to their input, so that
 * another buffer's bytes may be signed. Declared here because the addon is an optional dependency.
 */
export interface Cryptoki {
  load(path: string): void
  close(): void
  C_Initialize(options: { flags: number; libraryParameters?: string }): void
  C_Finalize(): void
  C_GetInfo(): {
    libraryDescription: string
    manufacturerID: string
    libraryVersion: { major: number; minor: number }
  }
  C_GetSlotList(tokenPresent: boolean): Handle[]
  C_GetTokenInfo(slot: Handle): TokenInfo
  C_InitToken(slot: Handle, pin: string, label: string): string
  C_InitPIN(session: Handle, pin: string): void
  C_GetMechanismList(slot: Handle): number[]
  C_OpenSession(slot: Handle, flags: number): Handle
  C_CloseSession(session: Handle): void
  C_Login(session: Handle, userType: number, pin: string): void
  C_Logout(session: Handle): void
  C_CreateObject(session: Handle, template: readonly Attribute[]): Handle
  C_DestroyObject(session: Handle, object: Handle): void
  C_FindObjectsInit(session: Handle, template: readonly Attribute[]): void
  C_FindObjects(session: Handle, maxObjectCount: number): Handle[]
  C_FindObjectsFinal(session: Handle): void
  C_GetAttributeValue(
    session: Handle,
    object: Handle,
    template: readonly Attribute[],
  ): { type: number; value: Buffer }[]
  C_GenerateKeyPair(
    session: Handle,
    mechanism: Mechanism,
    publicTemplate: readonly Attribute[],
    privateTemplate: readonly Attribute[],
  ): { publicKey: Handle; privateKey: Handle }
  C_SetAttributeValue(session: Handle, object: Handle, template: readonly Attribute[]): void
  C_SignInit(session: Handle, mechanism: Mechanism, key: Handle): void
  C_Sign(session: Handle, data: Buffer, output: Buffer): Buffer
}

/** Attributes, classes and types (pkcs11t.h v3.1). */
export const CKA = {
  CLASS: 0x000,
  TOKEN: 0x001,
  PRIVATE: 0x002,
  LABEL: 0x003,
  VALUE: 0x011,
  CERTIFICATE_TYPE: 0x080,
  ISSUER: 0x081,
  SERIAL_NUMBER: 0x082,
  KEY_TYPE: 0x100,
  SUBJECT: 0x101,
  ID: 0x102,
  SENSITIVE: 0x103,
  SIGN: 0x108,
  VERIFY: 0x10a,
  MODULUS: 0x120,
  MODULUS_BITS: 0x121,
  PUBLIC_EXPONENT: 0x122,
  EXTRACTABLE: 0x162,
  LOCAL: 0x163,
  NEVER_EXTRACTABLE: 0x164,
  ALWAYS_SENSITIVE: 0x165,
  EC_PARAMS: 0x180,
  EC_POINT: 0x181,
  ALWAYS_AUTHENTICATE: 0x202,
} as const
export const CKO = { CERTIFICATE: 1, PUBLIC_KEY: 2, PRIVATE_KEY: 3 } as const
export const CKK = { RSA: 0, EC: 3, EC_EDWARDS: 0x40 } as const
export const CKC_X_509 = 0
export const CKU = { SO: 0, USER: 1, CONTEXT_SPECIFIC: 2 } as const
export const CKF = {
  OS_LOCKING_OK: 0x2,
  SERIAL_SESSION: 0x4,
  RW_SESSION: 0x2,
  PROTECTED_AUTHENTICATION_PATH: 0x100,
  TOKEN_INITIALIZED: 0x400,
  USER_PIN_FINAL_TRY: 0x20000,
  USER_PIN_LOCKED: 0x40000,
} as const

/**
 * Loads a PKCS#11 module and initialises it with the system's own locking, which it needs because several threads call
 * it. Throws `Fault` `ERR_P11_ADDON_MISSING`, `ERR_P11_MODULE_LOAD`, `ERR_P11_MODULE_INITIALIZE`.
 */
export async function initialiseModule(path: string, libraryParameters?: string): Promise<Cryptoki> {
  const cryptoki = await loadModule(path)
  try {
    cryptoki.C_Initialize({
      flags: CKF.OS_LOCKING_OK,
      // The addon cuts the last character off.
      ...(libraryParameters === undefined ? {} : { libraryParameters: `${libraryParameters} ` }),
    })
  } catch (error) {
    if (ckrOf(error) !== CKR.CRYPTOKI_ALREADY_INITIALIZED) {
      const fault = faultOfCall(error, 'C_Initialize')
      throw new Fault('ERR_P11_MODULE_INITIALIZE', { module: path, ckr: nameIn(fault) }, fault)
    }
  }
  return cryptoki
}

const nameIn = (fault: unknown): string => (fault instanceof Fault ? String(fault.details['ckr']) : 'unknown')

/** Loads a module without initialising it: for threads of a process whose main thread holds it initialised. */
export async function loadModule(path: string): Promise<Cryptoki> {
  const cryptoki = new (await loadAddon())()
  try {
    cryptoki.load(path)
  } catch (cause) {
    throw new Fault('ERR_P11_MODULE_LOAD', { module: path }, cause)
  }
  return cryptoki
}

async function loadAddon(): Promise<new () => Cryptoki> {
  // A name the compiler does not resolve: the package may be absent when it builds, too.
  const name: string = 'pkcs11js'
  try {
    const addon = (await import(name)) as {
      default?: { PKCS11: new () => Cryptoki }
      PKCS11?: new () => Cryptoki
    }
    const Pkcs11 = addon.PKCS11 ?? addon.default?.PKCS11
    if (Pkcs11) return Pkcs11
  } catch (cause) {
    throw new Fault('ERR_P11_ADDON_MISSING', {}, cause)
  }
  throw new Fault('ERR_P11_ADDON_MISSING')
}

/** Runs one Cryptoki call; a refusal becomes a `Fault` that names the function and the return value. */
export function call<T>(name: string, run: () => T): T {
  try {
    return run()
  } catch (error) {
    throw faultOfCall(error, name)
  }
}

/** An unsigned CK_ULONG of 4 or 8 bytes in machine (little-endian) order. */
export const readUlong = (value: Buffer): number => value.readUIntLE(0, Math.min(6, value.length))
