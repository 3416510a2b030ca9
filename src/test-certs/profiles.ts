import { createHash } from 'node:crypto'
import { der, encodeName, parseDer, readBitString, readSequence } from '../formats/index.ts'
import type { ExtKeyUsage, KeyUsage, Profile, SubjectDeclaration } from './declaration.ts'

const attributeOids: Readonly<Record<SubjectDeclaration[number][0], string>> = {
  C: '2.5.4.6',
  ST: '2.5.4.8',
  L: '2.5.4.7',
  O: '2.5.4.10',
  OU: '2.5.4.11',
  CN: '2.5.4.3',
  UID: '0.9.2342.19200300.100.1.1',
}
