import type { Catalogue } from '../formats/index.ts'

/** What a released signature is told with: in `Anky-Warning`, its metadata and its audit row. */
export const warningMessages = {
  WARN_REVOCATION_UNREACHABLE: {
    en: "Whether the signer's certificate is revoked could not be checked: neither OCSP nor CRL gave an answer that counts.",
    vi: 'Không kiểm tra được chứng thư của người ký có bị thu hồi hay không: cả OCSP và CRL đều không có câu trả lời dùng được.',
  },
  /** In signatures that earlier versions made. */
  WARN_REVOCATION_NOT_CHECKED: {
    en: "Whether the signer's certificate is revoked was not checked.",
    vi: 'Chưa kiểm tra chứng thư của người ký có bị thu hồi hay không.',
  },
  WARN_ALGORITHM_OUTSIDE_TT15: {
    en: 'The algorithm is outside Circular 15/2025/TT-BKHCN.',
    vi: 'Thuật toán ký nằm ngoài Thông tư 15/2025/TT-BKHCN.',
  },
  WARN_SOFTWARE_KEY: {
    en: 'The key is a file: software, not HSM.',
    vi: 'Khóa ký lưu trong tệp (phần mềm), không nằm trong thiết bị HSM.',
  },
} as const satisfies Catalogue

export type WarningCode = keyof typeof warningMessages

/** A stored warning with its texts; one that this version does not know keeps its code alone. */
export function describeWarning(code: string) {
  const message = Object.hasOwn(warningMessages, code) ? warningMessages[code as WarningCode] : null
  return { code, messageVi: message?.vi ?? code, messageEn: message?.en ?? code }
}
