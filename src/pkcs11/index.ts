export { Pkcs11Error } from './errors.ts'
export { type FileProviderOptions, openFileProvider } from './file-provider.ts'
export { type Pkcs11ErrorCode, pkcs11Messages } from './messages.ts'
export { openPkcs11Provider, type Pkcs11ProviderOptions } from './pkcs11-provider.ts'
export {
  type KeyEntry,
  type KeyProvider,
  type KeySpec,
  type ProviderDescription,
  type ProviderHealth,
  SOFTWARE_LABEL,
} from './provider.ts'
export {
  type FoundModule,
  findPkcs11Module,
  initialiseSoftHsmToken,
  type NoModule,
  writeSoftHsmConfiguration,
} from './softhsm.ts'
