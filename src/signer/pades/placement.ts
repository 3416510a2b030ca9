import {
  type PageGeometry,
  type PdfDocument,
  type PdfPage,
  pageGeometry,
  type Rectangle,
} from '../../formats/index.ts'
import { SignerError } from '../errors.ts'
import type { VisibleSignature } from '../types.ts'

export interface Placement {
  /** In default user space. */
  readonly rectangle: Rectangle
  /** Clockwise, of the page as displayed; what is drawn must be turned the other way. */
  readonly rotate: PageGeometry['rotate']
}

/** Points by which a rectangle may reach beyond the page: callers compute with rounded sizes. */
const tolerance = 0.01

/**
 * Where a rectangle of the page as displayed lies in default user space: its crop box, rotation and user unit
 * (ISO 32000-2, 8.3.2.3 and table 31) are taken into account. Throws `ERR_PADES_RECTANGLE`, `ERR_PDF_PAGE_BOX`.
 */
export function placeRectangle(doc: PdfDocument, page: PdfPage, visible: VisibleSignature): Placement {
  const { cropBox, rotate } = pageGeometry(doc, page, visible.page)
  const unit = readUserUnit(doc, page)
  const [left, bottom, right, top] = cropBox
  const isTurned = rotate === 90 || rotate === 270
  const width = (isTurned ? top - bottom : right - left) * unit
  const height = (isTurned ? right - left : top - bottom) * unit
  const { x, y } = visible
  const notOnPage = () =>
    new SignerError('ERR_PADES_RECTANGLE', { details: { width: round(width), height: round(height) } })
  if (
    ![x, y, visible.width, visible.height].every(Number.isFinite) ||
    visible.width <= 0 ||
    visible.height <= 0 ||
    x < -tolerance ||
    y < -tolerance ||
    x + visible.width > width + tolerance ||
    y + visible.height > height + tolerance
  ) {
    throw notOnPage()
  }
  const toUserSpace = (atX: number, atY: number): [number, number] => {
    const [across, up] = [atX / unit, atY / unit]
    switch (rotate) {
      case 0:
        return [left + across, bottom + up]
      case 90:
        return [right - up, bottom + across]
      case 180:
        return [right - across, top - up]
      case 270:
        return [left + up, top - across]
    }
  }
  const [ax, ay] = toUserSpace(x, y)
  const [bx, by] = toUserSpace(x + visible.width, y + visible.height)
  const corners = [Math.min(ax, bx), Math.min(ay, by), Math.max(ax, bx), Math.max(ay, by)]
  const rectangle = corners.map(round) as unknown as Rectangle
  // A huge user unit leaves nothing of it, and so would an invisible signature come of a visible one.
  if (rectangle[0] >= rectangle[2] || rectangle[1] >= rectangle[3]) throw notOnPage()
  return { rectangle, rotate }
}

function readUserUnit(doc: PdfDocument, page: PdfPage): number {
  const unit = doc.resolve(page.dict.get('UserUnit'))
  return typeof unit === 'number' && unit > 0 ? unit : 1
}

const round = (value: number): number => Math.round(value * 1000) / 1000
