import type { SignatureFacts } from '../facts.ts'
import type { CmsContext } from './context.ts'

/**
 * The facts of every signature of a CMS SignedData and of their counter-signatures, in order; their time-stamps are put
 * into the registry.
 *
 * Throws FormatError where it is no SignedData. `level` is by the CMS's own parts: PAdES' DSS and document time-stamps
 * are added by who reads the PDF.
 */
export function collectCms(_cms: Uint8Array, _context: CmsContext): SignatureFacts[] {
  throw new Error('being written')
}
