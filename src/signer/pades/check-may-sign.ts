import {
  decodeTextString,
  defaultPdfLimits,
  listSignatures,
  PdfDict,
  type PdfDocument,
  PdfName,
  type PdfObject,
  type PdfSignature,
  PdfString,
} from '../../formats/index.ts'
import { SignerError } from '../errors.ts'
import { checkXfa } from './check-xfa.ts'
import { listReferences, ReferenceAccount, type SignatureReference } from './signature-references.ts'

/** What an earlier signature locks (ISO 32000-2, tables 236 and 259). */
export interface FieldLock {
  readonly action: 'All' | 'Include' | 'Exclude'
  readonly fields: readonly string[]
}

/** Bits 4 and 6 of /P; counted from 1. */
const modifyBit = 1 << 3
const annotateBit = 1 << 5
const maxSignatures = 256

/**
 * Refuses a document that may not get a further signature, and lists what earlier signatures lock. These are not
 * judged: a lock binds whether its signature holds or not.
 *
 * Throws `ERR_PADES_PERMISSIONS`, `ERR_PADES_XFA_UNSUPPORTED`, `ERR_PADES_USAGE_RIGHTS`, `ERR_PADES_CERTIFIED`,
 * `ERR_PADES_LOCK_LIMIT`, `ERR_PADES_SIGNATURE_LIMIT`, `ERR_PADES_REVISION_LIMIT`.
 */
export function checkMaySign(doc: PdfDocument): FieldLock[] {
  checkPermissions(doc)
  checkXfa(doc)
  const signatures = listSignatures(doc, { passCircles: true })
  const account = new ReferenceAccount()
  const permissions = doc.resolve(doc.catalog.get('Perms'))
  if (permissions instanceof PdfDict) {
    checkUsageRights(doc, permissions, account)
    const certification = doc.resolve(permissions.get('DocMDP'))
    if (certification instanceof PdfDict) checkCertification(doc, listReferences(doc, certification, account))
  }
  const locks = signatures.flatMap((signature) => {
    const references = listReferences(doc, signature.dict, account)
    checkCertification(doc, references)
    return listLocks(doc, signature, references, account)
  })
  checkLimits(doc, signatures.length)
  return locks
}

/**
 * A user may create signature fields where bits 4 and 6 are both set (ISO 32000-2, table 22, bit 6); bit 9 alone is
 * for fields that exist. The owner may do anything.
 */
function checkPermissions({ encryption }: PdfDocument): void {
  if (!encryption || encryption.asOwner) return
  if ((encryption.permissions & modifyBit) === 0 || (encryption.permissions & annotateBit) === 0) {
    throw new SignerError('ERR_PADES_PERMISSIONS')
  }
}

/** Usage rights name what may be done without being undone themselves (ISO 32000-2, 12.8.2.3). */
function checkUsageRights(doc: PdfDocument, permissions: PdfDict, account: ReferenceAccount): void {
  for (const right of ['UR3', 'UR']) {
    const holder = doc.resolve(permissions.get(right))
    if (!(holder instanceof PdfDict)) continue
    const granted = listReferences(doc, holder, account).some(
      ({ method, parameters }) =>
        (method === 'UR3' || method === 'UR') &&
        namesIn(doc, parameters?.get('Form')).includes('Add') &&
        namesIn(doc, parameters?.get('Signature')).includes('Modify'),
    )
    if (!granted) throw new SignerError('ERR_PADES_USAGE_RIGHTS', { details: { right } })
  }
}

/** Signing is allowed at P = 2, the default, and P = 3 (ISO 32000-2, table 257). */
function checkCertification(doc: PdfDocument, references: readonly SignatureReference[]): void {
  for (const { method, parameters } of references) {
    if (method === 'DocMDP') checkAccess(doc, parameters)
  }
}

function checkAccess(doc: PdfDocument, holder: PdfDict | null): void {
  const permission = doc.resolve(holder?.get('P'))
  if (permission === null || permission === 2 || permission === 3) return
  const shown = typeof permission === 'number' ? permission : '?'
  throw new SignerError('ERR_PADES_CERTIFIED', { details: { permission: shown } })
}

/**
 * Those of the signature's FieldMDP transforms, and of its field's /Lock, which takes effect with the signature; also of
 * one that stands in a widget.
 */
function listLocks(
  doc: PdfDocument,
  { field }: PdfSignature,
  references: readonly SignatureReference[],
  account: ReferenceAccount,
): FieldLock[] {
  const transforms = references.filter(({ method }) => method === 'FieldMDP')
  const owners = new Set([field.dict, ...field.widgets.map(({ dict }) => dict)])
  account.charge(owners.size)
  const own = [...owners].map((dict) => doc.resolve(dict.get('Lock')))
  for (const lock of own) if (lock instanceof PdfDict) checkAccess(doc, lock)
  return [...transforms.map(({ parameters }) => parameters), ...own]
    .filter((holder) => holder instanceof PdfDict)
    .map((holder) => readLock(doc, holder, account))
}

function readLock(doc: PdfDocument, holder: PdfDict, account: ReferenceAccount): FieldLock {
  const action = doc.resolve(holder.get('Action'))
  const fields = doc.resolve(holder.get('Fields'))
  if (Array.isArray(fields)) account.charge(fields.length)
  const names = Array.isArray(fields) ? fields.map((item: PdfObject) => doc.resolve(item)) : []
  const named = action instanceof PdfName ? action.value : null
  return {
    // An unknown action locks everything: the careful reading.
    action: named === 'Include' || named === 'Exclude' ? named : 'All',
    fields: names.filter((item) => item instanceof PdfString).map(({ bytes }) => decodeTextString(bytes)),
  }
}

function namesIn(doc: PdfDocument, object: PdfObject | undefined): string[] {
  const array = doc.resolve(object)
  if (!Array.isArray(array)) return []
  return array
    .map((item: PdfObject) => doc.resolve(item))
    .filter((item) => item instanceof PdfName)
    .map(({ value }) => value)
}

/** A file that our own reader would refuse afterwards is not made. */
function checkLimits(doc: PdfDocument, signatures: number): void {
  if (signatures >= maxSignatures)
    throw new SignerError('ERR_PADES_SIGNATURE_LIMIT', { details: { limit: maxSignatures } })
  const limit = defaultPdfLimits.maxRevisions
  if (doc.revisions.length >= limit) throw new SignerError('ERR_PADES_REVISION_LIMIT', { details: { limit } })
}
