import type { Catalogue } from '../formats/index.ts'

/** What can go wrong between a document, a key and a signature, whatever the signature's format. */
export const signerMessages = {
  ERR_SIGNER_LEVEL_UNSUPPORTED: {
    en: 'Signatures of level {level} are not made yet; B-B and B-T are.',
    vi: 'Chưa tạo được chữ ký mức {level}; hiện có mức B-B và B-T.',
  },
  ERR_SIGNER_LEVEL_NOT_REACHED: {
    en: 'Level {level} was asked for, but no time-stamping authority is configured.',
    vi: 'Yêu cầu chữ ký mức {level} nhưng chưa cấu hình dịch vụ cấp dấu thời gian.',
  },
  ERR_SIGNER_CHAIN_EMPTY: {
    en: 'There is no certificate to sign with.',
    vi: 'Không có chứng thư chữ ký số để ký.',
  },
  ERR_SIGNER_STATE_INVALID: {
    en: 'The stored state of the signature is damaged ({field}).',
    vi: 'Trạng thái đã lưu của lần ký bị hỏng ({field}).',
  },
  ERR_SIGNER_VALUE_INVALID: {
    en: "The signature value does not verify with the certificate's key.",
    vi: 'Giá trị chữ ký không khớp với khóa công khai trong chứng thư.',
  },
  ERR_SIGNER_DIGEST_LENGTH: {
    en: 'A {digest} digest has {expected} bytes, not {actual}.',
    vi: 'Giá trị băm {digest} phải dài {expected} byte, không phải {actual} byte.',
  },
  ERR_SIGNER_SCHEME_UNAVAILABLE: {
    en: 'The key cannot sign with {scheme}.',
    vi: 'Khóa không ký được theo lược đồ {scheme}.',
  },
  ERR_SIGNER_SCHEME_NOT_RSA: {
    en: 'The scheme {scheme} is for RSA keys; this key is {key}.',
    vi: 'Lược đồ {scheme} chỉ dùng cho khóa RSA; khóa này là {key}.',
  },
  ERR_SIGNER_DIGEST_UNAVAILABLE: {
    en: 'The key cannot sign with the digest {digest}.',
    vi: 'Khóa không ký được với hàm băm {digest}.',
  },
  ERR_SIGNER_DIGEST_FORBIDDEN: {
    en: 'Nothing is signed with the digest {digest}.',
    vi: 'Không được phép ký với hàm băm {digest}.',
  },
  ERR_SIGNER_ALGORITHM_FORBIDDEN: {
    en: 'Nothing is signed with {algorithm}.',
    vi: 'Không được phép ký với thuật toán {algorithm}.',
  },
  ERR_SIGNER_ALGORITHM_MISMATCH: {
    en: "The certificate's key is {key} and cannot sign with {algorithm}.",
    vi: 'Khóa trong chứng thư là {key}, không ký được với thuật toán {algorithm}.',
  },
  ERR_SIGNER_KEY_WEAK: {
    en: 'The key is too weak: {key}. RSA needs 2048 bits, elliptic curves 256.',
    vi: 'Khóa quá yếu: {key}. RSA cần từ 2048 bit, đường cong elliptic từ 256 bit.',
  },
  ERR_SIGNER_KEY_UNSUPPORTED: {
    en: 'Keys of this kind ({key}) do not sign here.',
    vi: 'Chưa hỗ trợ ký bằng loại khóa này ({key}).',
  },
  ERR_SIGNER_CERTIFICATE_EXPIRED: {
    en: "The signer's certificate expired on {notAfter}.",
    vi: 'Chứng thư của người ký đã hết hạn từ {notAfter}.',
  },
  ERR_SIGNER_CERTIFICATE_REVOKED: {
    en: "The signer's certificate was revoked on {revokedAt} ({reason}).",
    vi: 'Chứng thư của người ký đã bị thu hồi từ {revokedAt} ({reason}).',
  },
  ERR_SIGNER_CERTIFICATE_SUSPENDED: {
    en: "The signer's certificate has been suspended since {revokedAt}.",
    vi: 'Chứng thư của người ký đang bị tạm dừng từ {revokedAt}.',
  },
  ERR_SIGNER_CERTIFICATE_NOT_YET_VALID: {
    en: "The signer's certificate is not valid before {notBefore}.",
    vi: 'Chứng thư của người ký chưa có hiệu lực trước {notBefore}.',
  },
  ERR_SIGNER_CERTIFICATE_KEY_USAGE: {
    en: "The signer's certificate is not meant for signing documents (key usage).",
    vi: 'Chứng thư của người ký không dành cho việc ký tài liệu (mục đích sử dụng khóa).',
  },
  ERR_SIGNER_CERTIFICATE_IS_CA: {
    en: "The signer's certificate is a certification authority's.",
    vi: 'Chứng thư dùng để ký là chứng thư của tổ chức chứng thực (CA), không phải của người ký.',
  },
  ERR_SIGNER_CERTIFICATE_UNTRUSTED: {
    en: "The signer's certificate does not lead to any issuer that is trusted here.",
    vi: 'Chứng thư của người ký không dẫn đến tổ chức cấp nào được tin cậy tại đây.',
  },
  ERR_SIGNER_ISSUER_EXPIRED: {
    en: "A certificate of the signer's issuers expired on {notAfter}.",
    vi: 'Chứng thư của tổ chức cấp chứng thư cho người ký đã hết hạn từ {notAfter}.',
  },
  ERR_SIGNER_ISSUER_NOT_YET_VALID: {
    en: "A certificate of the signer's issuers is not valid before {notBefore}.",
    vi: 'Chứng thư của tổ chức cấp chứng thư cho người ký chưa có hiệu lực trước {notBefore}.',
  },
  ERR_SIGNER_ISSUER_REVOKED: {
    en: "A certificate of the signer's issuers was revoked on {revokedAt} ({reason}).",
    vi: 'Chứng thư của tổ chức cấp chứng thư cho người ký đã bị thu hồi từ {revokedAt} ({reason}).',
  },
  ERR_SIGNER_ISSUER_SUSPENDED: {
    en: "A certificate of the signer's issuers has been suspended since {revokedAt}.",
    vi: 'Chứng thư của tổ chức cấp chứng thư cho người ký đang bị tạm dừng từ {revokedAt}.',
  },
  ERR_SIGNER_ISSUER_NOT_CA: {
    en: "The signer's certificate was issued with one that may not issue certificates.",
    vi: 'Chứng thư của người ký được cấp bằng một chứng thư không có quyền cấp chứng thư.',
  },
  ERR_SIGNER_ISSUER_WEAK: {
    en: "A certificate of the signer's chain is signed with {algorithm}, which is not believed any more.",
    vi: 'Một chứng thư trong chuỗi của người ký được ký bằng {algorithm}, không còn được tin cậy.',
  },
  ERR_SIGNER_CONTENTS_TOO_SMALL: {
    en: 'The signature has {needed} bytes, more than the {reserved} reserved for it in the document.',
    vi: 'Chữ ký dài {needed} byte, vượt quá {reserved} byte đã dành sẵn trong tài liệu.',
  },
} as const satisfies Catalogue

/** Why a finished signature does not leave. */
export const releaseMessages = {
  ERR_SIGNER_RELEASE_CMS: {
    en: 'The finished signature cannot be read back.',
    vi: 'Không đọc lại được chữ ký vừa tạo.',
  },
  ERR_SIGNER_RELEASE_STRUCTURE: {
    en: 'The finished signature is not what was prepared ({field}).',
    vi: 'Chữ ký vừa tạo khác với nội dung đã chuẩn bị ({field}).',
  },
  ERR_SIGNER_RELEASE_VALUE: {
    en: "The finished signature does not verify with the certificate's key.",
    vi: 'Chữ ký vừa tạo không khớp với khóa công khai trong chứng thư.',
  },
  ERR_SIGNER_RELEASE_DIGEST: {
    en: "The finished signature does not match the document's bytes.",
    vi: 'Chữ ký vừa tạo không khớp với nội dung tài liệu.',
  },
  ERR_SIGNER_RELEASE_PREFIX: {
    en: 'The document is not the one that was prepared for signing.',
    vi: 'Tài liệu không phải là tài liệu đã được chuẩn bị để ký.',
  },
  ERR_SIGNER_RELEASE_BYTE_RANGE: {
    en: 'The signed range does not cover exactly the document but for the signature itself.',
    vi: 'Phạm vi ký không phủ đúng toàn bộ tài liệu trừ chính chữ ký.',
  },
  ERR_SIGNER_RELEASE_SIGNING_CERTIFICATE: {
    en: 'The finished signature names another signing certificate.',
    vi: 'Chữ ký vừa tạo chỉ đến một chứng thư ký khác.',
  },
  ERR_SIGNER_RELEASE_SIGNING_TIME: {
    en: 'The finished signature has a signing-time attribute that its format forbids, or lacks the one it needs.',
    vi: 'Chữ ký vừa tạo có thuộc tính thời điểm ký trái quy định của định dạng, hoặc thiếu thuộc tính bắt buộc.',
  },
  ERR_SIGNER_RELEASE_CERTIFICATE_EXPIRED: {
    en: "The signature is held back: the signer's certificate expired on {notAfter}.",
    vi: 'Chữ ký bị giữ lại: chứng thư của người ký đã hết hạn từ {notAfter}.',
  },
  ERR_SIGNER_RELEASE_CERTIFICATE_NOT_YET_VALID: {
    en: "The signature is held back: the signer's certificate is not valid before {notBefore}.",
    vi: 'Chữ ký bị giữ lại: chứng thư của người ký chưa có hiệu lực trước {notBefore}.',
  },
  ERR_SIGNER_RELEASE_REVOKED: {
    en: 'The signature is held back: a certificate of its chain was revoked or suspended meanwhile ({reason}).',
    vi: 'Chữ ký bị giữ lại: một chứng thư trong chuỗi vừa bị thu hồi hoặc tạm dừng ({reason}).',
  },
  ERR_SIGNER_RELEASE_UNTRUSTED: {
    en: "The signature is held back: the signer's certificate does not lead to a trusted issuer.",
    vi: 'Chữ ký bị giữ lại: chứng thư của người ký không dẫn đến tổ chức cấp được tin cậy.',
  },
  ERR_SIGNER_RELEASE_LEVEL: {
    en: 'Level {expected} was asked for, the signature is {actual}.',
    vi: 'Yêu cầu mức {expected} nhưng chữ ký chỉ đạt mức {actual}.',
  },
  ERR_SIGNER_RELEASE_TIMESTAMP: {
    en: 'The time-stamp in the finished signature does not hold ({reason}).',
    vi: 'Dấu thời gian trong chữ ký vừa tạo không hợp lệ ({reason}).',
  },
} as const satisfies Catalogue

export const cadesMessages = {
  ERR_CADES_ENVELOPING_UNSUPPORTED: {
    en: 'CAdES signatures that contain the document are not made yet; detached ones are.',
    vi: 'Chưa tạo được chữ ký CAdES chứa tài liệu bên trong; hiện có chữ ký tách rời (detached).',
  },
} as const satisfies Catalogue
