import type { Details } from '../../formats/index.ts'
import type { RevocationReason } from '../../trust/index.ts'
import { describeTime } from './local-time.ts'
import type { ReportText } from './schema.ts'

type Detail = Details[string]

/** A reason's details for readers of each language: times as they are spoken of in Vietnam, why a certificate was revoked. */
export function describeDetails(details: Details): { readonly vi: Details; readonly en: Details } {
  const described = Object.entries(details).map(
    ([name, value]) => [name, describeDetail(name, value)] as const,
  )
  return {
    vi: Object.fromEntries(described.map(([name, { vi }]) => [name, vi])),
    en: Object.fromEntries(described.map(([name, { en }]) => [name, en])),
  }
}

const isoTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/
const unknown: ReportText = { vi: 'không rõ', en: 'unknown' }

function describeDetail(name: string, value: Detail): { readonly vi: Detail; readonly en: Detail } {
  if (name === 'why' && (value === null || isReason(value))) return reasons[value ?? 'unspecified']
  if (value === null) return unknown
  if (typeof value === 'string' && isoTime.test(value)) return describeTime(value, 'second')
  return { vi: value, en: value }
}

const isReason = (value: Detail): value is RevocationReason =>
  typeof value === 'string' && Object.hasOwn(reasons, value)

/** CRLReason (RFC 5280, 5.3.1). */
const reasons: Readonly<Record<RevocationReason, ReportText>> = {
  unspecified: { vi: 'không nêu', en: 'not given' },
  keyCompromise: { vi: 'lộ khóa bí mật', en: 'the private key was compromised' },
  cACompromise: { vi: 'lộ khóa của nơi cấp', en: "the authority's key was compromised" },
  affiliationChanged: { vi: 'thông tin người ký thay đổi', en: "the holder's particulars changed" },
  superseded: { vi: 'đã có chứng thư khác thay thế', en: 'it was superseded' },
  cessationOfOperation: { vi: 'không còn sử dụng', en: 'it is no longer needed' },
  certificateHold: { vi: 'tạm dừng', en: 'on hold' },
  removeFromCRL: { vi: 'đã gỡ khỏi danh sách thu hồi', en: 'it was removed from the CRL' },
  privilegeWithdrawn: { vi: 'quyền đã bị rút', en: 'a privilege was withdrawn' },
  aACompromise: { vi: 'lộ khóa của nơi cấp thuộc tính', en: "the attribute authority's key was compromised" },
}
