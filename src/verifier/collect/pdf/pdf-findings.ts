import type { FormatFinding } from '../../facts.ts'

/**
 * What the dictionary of a PDF signature or document time-stamp can be reproached with, and the clause that it departs
 * from. What each weighs is the policy's.
 */
export const pdfFindingClauses = {
  /** No array of integers. */
  PDF_BYTE_RANGE_MISSING: 'ISO 32000-2, table 255',
  /** Not two ranges: another number of numbers, a negative or an empty one. */
  PDF_BYTE_RANGE_MALFORMED: 'ISO 32000-2, 12.8.1',
  PDF_BYTE_RANGE_START: 'EN 319 142-1, 6.3',
  PDF_BYTE_RANGE_BEYOND_END: 'ISO 32000-2, 12.8.1',
  /** What it leaves out is not exactly the token of /Contents as the parser finds it. */
  PDF_BYTE_RANGE_GAP: 'ISO 32000-2, 12.8.1',
  /** It ends elsewhere than a revision does. */
  PDF_BYTE_RANGE_END: 'ISO 32000-2, 12.8.1',
  /** Two signatures each leave out what the other signs. */
  PDF_BYTE_RANGE_OVERLAP: 'ISO 32000-2, 12.8.1',
  PDF_CONTENTS_MISSING: 'ISO 32000-2, table 255',
  PDF_CONTENTS_NOT_HEXADECIMAL: 'ISO 32000-2, table 255',
  /** The signature dictionary stands in an object stream, where no range can leave anything out. */
  PDF_CONTENTS_COMPRESSED: 'ISO 32000-2, 7.5.7',
  /** No CMS. */
  PDF_CONTENTS_UNREADABLE: 'ISO 32000-2, 12.8.3.3',
  /** What follows the CMS within /Contents is not all zeros. */
  PDF_CONTENTS_PADDING: 'EN 319 142-1, 6.3',
  /** It is what the file's own encryption makes of zeros. */
  PDF_CONTENTS_PADDING_ENCRYPTED: 'ISO 32000-2, 7.6.2',
  /** Several fields have the same signature dictionary; it counts once. */
  PDF_SIGNATURE_IN_SEVERAL_FIELDS: 'ISO 32000-2, 12.7.5.5',
  /** The same value stands in several signature dictionaries. */
  PDF_SIGNATURE_RECYCLED: 'ISO 32000-2, 12.8.1',
  PDF_TYPE: 'ISO 32000-2, table 255',
  PDF_SUBFILTER_MISSING: 'ISO 32000-2, table 255',
  PDF_SUBFILTER_UNSUPPORTED: 'ISO 32000-2, table 260',
  /** adbe.pkcs7.sha1: the CMS does not hold the SHA-1 digest of the ranges. */
  PDF_SHA1_CONTENT: 'ISO 32000-1, 12.8.3.3.1',
  PDF_SEVERAL_SIGNERS: 'EN 319 142-1, 6.3',
  PDF_CLAIMED_TIME_MISSING: 'EN 319 142-1, 6.3',
  PDF_CERT_ENTRY: 'EN 319 142-1, 6.3',
  /** Beside a signature policy or a commitment type. */
  PDF_REASON_ENTRY: 'EN 319 142-1, 6.3',
  PDF_SIGNING_TIME_ATTRIBUTE: 'EN 319 142-1, 6.3',
  /** Lenient reading got past this. */
  PDF_READ_LENIENTLY: 'ISO 32000-2, 7.5',
  /** The file can be read in two ways, and programs choose either. */
  PDF_AMBIGUOUS: 'ISO 32000-2, 7.5.8.4',
  /** A document time-stamp whose token cannot be read proves nothing. */
  PDF_TIME_STAMP_UNREADABLE: 'ISO 32000-2, 12.8.5',
  /** Cross-references were made anew by looking for objects: what belongs to which revision is not known. */
  PDF_REBUILT: 'ISO 32000-2, 7.5.4',
  /** The cross-references pass over the revision that was signed, or place its objects behind it. */
  PDF_REVISION_BYPASSED: 'ISO 32000-2, 7.5.6',
} as const

export type PdfFindingCode = keyof typeof pdfFindingClauses

export const pdfFinding = (code: PdfFindingCode, detail: string | null = null): FormatFinding => ({
  code,
  clause: pdfFindingClauses[code],
  detail,
})
