export { lookupAddresses, pinnedFetch } from '../sandbox/index.ts'
