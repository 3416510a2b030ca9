export { Pkcs11Error, type Pkcs11ErrorCode } from './errors.ts'
export { type FileProviderOptions, openFileProvider } from './file-provider.ts'
export { pkcs11Messages } from './messages.ts'
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
