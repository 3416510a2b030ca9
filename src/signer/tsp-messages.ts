import type { Catalogue } from '../formats/index.ts'

/** Why a time-stamp is not there or not believed (RFC 3161, RFC 5816). */
export const tspMessages = {
  ERR_TSP_UNAVAILABLE: {
    en: 'No time-stamping authority gave a time-stamp within {deadlineMs} ms.',
    vi: 'Không lấy được dấu thời gian từ dịch vụ cấp dấu thời gian nào trong {deadlineMs} ms.',
  },
  ERR_TSP_CONNECTION: {
    en: 'The time-stamping authority cannot be reached.',
    vi: 'Không kết nối được với dịch vụ cấp dấu thời gian.',
  },
  ERR_TSP_TIMEOUT: {
    en: 'The time-stamping authority did not answer within {timeoutMs} ms.',
    vi: 'Dịch vụ cấp dấu thời gian không trả lời trong {timeoutMs} ms.',
  },
  ERR_TSP_HTTP_STATUS: {
    en: 'The time-stamping authority answered with HTTP status {status}.',
    vi: 'Dịch vụ cấp dấu thời gian trả lời với mã HTTP {status}.',
  },
  ERR_TSP_CONTENT_TYPE: {
    en: 'The answer of the time-stamping authority is not of the type application/timestamp-reply.',
    vi: 'Câu trả lời của dịch vụ cấp dấu thời gian không thuộc kiểu application/timestamp-reply.',
  },
  ERR_TSP_TOO_LARGE: {
    en: 'The answer of the time-stamping authority is longer than {limit} bytes.',
    vi: 'Câu trả lời của dịch vụ cấp dấu thời gian dài hơn {limit} byte.',
  },
  ERR_TSP_MALFORMED: {
    en: 'The answer of the time-stamping authority cannot be read.',
    vi: 'Không đọc được câu trả lời của dịch vụ cấp dấu thời gian.',
  },
  ERR_TSP_REJECTED: {
    en: 'The time-stamping authority refused the request (status {status}, {failure}).',
    vi: 'Dịch vụ cấp dấu thời gian từ chối yêu cầu (trạng thái {status}, {failure}).',
  },
  ERR_TSP_TOKEN_MISSING: {
    en: 'The time-stamping authority granted the request but sent no time-stamp.',
    vi: 'Dịch vụ cấp dấu thời gian chấp nhận yêu cầu nhưng không gửi dấu thời gian.',
  },
  ERR_TSP_CONTENT: {
    en: 'The token does not contain a TSTInfo.',
    vi: 'Dấu thời gian không chứa nội dung TSTInfo.',
  },
  ERR_TSP_VERSION: {
    en: 'The time-stamp has version {version}; only version 1 is known.',
    vi: 'Dấu thời gian có phiên bản {version}; chỉ biết phiên bản 1.',
  },
  ERR_TSP_SIGNER_COUNT: {
    en: 'The time-stamp has {count} signers; exactly one is allowed.',
    vi: 'Dấu thời gian có {count} người ký; chỉ được phép đúng một.',
  },
  ERR_TSP_IMPRINT_MISMATCH: {
    en: 'The time-stamp is for other data.',
    vi: 'Dấu thời gian được cấp cho dữ liệu khác.',
  },
  ERR_TSP_DIGEST_MISMATCH: {
    en: 'The time-stamp is over a {actual} digest, not {expected}.',
    vi: 'Dấu thời gian dùng hàm băm {actual}, không phải {expected}.',
  },
  ERR_TSP_NONCE_MISSING: {
    en: "The time-stamp leaves out the request's nonce.",
    vi: 'Dấu thời gian thiếu số ngẫu nhiên (nonce) của yêu cầu.',
  },
  ERR_TSP_NONCE_MISMATCH: {
    en: "The time-stamp carries another nonce than the request's.",
    vi: 'Dấu thời gian mang số ngẫu nhiên (nonce) khác với yêu cầu.',
  },
  ERR_TSP_POLICY_MISMATCH: {
    en: 'The time-stamp was made under policy {actual}, not {expected}.',
    vi: 'Dấu thời gian được cấp theo chính sách {actual}, không phải {expected}.',
  },
  ERR_TSP_EXTENSION: {
    en: 'The time-stamp has the critical extension {oid}, which is not known.',
    vi: 'Dấu thời gian có phần mở rộng bắt buộc (critical) {oid} chưa được biết đến.',
  },
  ERR_TSP_TIME_OUT_OF_RANGE: {
    en: 'The time in the time-stamp ({genTime}) is too far from our own.',
    vi: 'Thời điểm trong dấu thời gian ({genTime}) lệch quá xa so với giờ của hệ thống.',
  },
  ERR_TSP_TIME_BEFORE_CERTIFICATE: {
    en: "The time-stamp ({genTime}) is older than the signer's certificate.",
    vi: 'Dấu thời gian ({genTime}) có trước khi chứng thư của người ký có hiệu lực.',
  },
  ERR_TSP_TIME_AFTER_CERTIFICATE: {
    en: "The time-stamp ({genTime}) is from after the signer's certificate expired.",
    vi: 'Dấu thời gian ({genTime}) được cấp sau khi chứng thư của người ký hết hạn.',
  },
  ERR_TSP_DIGEST_WEAK: {
    en: 'The time-stamp is signed with {algorithm}, which is not believed any more.',
    vi: 'Dấu thời gian được ký bằng {algorithm}, thuật toán không còn được tin cậy.',
  },
  ERR_TSP_ALGORITHM_MISMATCH: {
    en: 'The time-stamp names algorithms that contradict each other.',
    vi: 'Dấu thời gian ghi các thuật toán mâu thuẫn với nhau.',
  },
  ERR_TSP_SIGNED_ATTRIBUTES_MISSING: {
    en: 'The time-stamp has no signed attributes.',
    vi: 'Dấu thời gian thiếu các thuộc tính được ký.',
  },
  ERR_TSP_CONTENT_TYPE_ATTRIBUTE: {
    en: "The time-stamp's content-type attribute is missing or does not say TSTInfo.",
    vi: 'Thuộc tính content-type của dấu thời gian bị thiếu hoặc không phải TSTInfo.',
  },
  ERR_TSP_MESSAGE_DIGEST: {
    en: "The time-stamp's message digest is missing or wrong.",
    vi: 'Giá trị băm trong dấu thời gian bị thiếu hoặc sai.',
  },
  ERR_TSP_ESS_MISSING: {
    en: 'The time-stamp does not name its signing certificate (ESSCertID).',
    vi: 'Dấu thời gian không nêu chứng thư đã ký (ESSCertID).',
  },
  ERR_TSP_CERTIFICATE_MISSING: {
    en: "The certificate of the time-stamp's signer, which was asked for, is not in it.",
    vi: 'Dấu thời gian thiếu chứng thư của bên đã ký dấu, dù đã được yêu cầu.',
  },
  ERR_TSP_CERTIFICATE_MISMATCH: {
    en: 'The certificate that the time-stamp names is not the one of its signer.',
    vi: 'Chứng thư mà dấu thời gian nêu ra không phải của bên đã ký dấu.',
  },
  ERR_TSP_TSA_NAME: {
    en: 'The authority that the time-stamp names is not the one of its certificate.',
    vi: 'Tên dịch vụ ghi trong dấu thời gian không phải tên trong chứng thư của dịch vụ.',
  },
  ERR_TSP_CERTIFICATE_EXPIRED: {
    en: "The time-stamping authority's certificate expired on {notAfter}.",
    vi: 'Chứng thư của dịch vụ cấp dấu thời gian đã hết hạn từ {notAfter}.',
  },
  ERR_TSP_CERTIFICATE_NOT_YET_VALID: {
    en: "The time-stamping authority's certificate is not valid before {notBefore}.",
    vi: 'Chứng thư của dịch vụ cấp dấu thời gian chưa có hiệu lực trước {notBefore}.',
  },
  ERR_TSP_CERTIFICATE_KEY_USAGE: {
    en: "The time-stamping authority's certificate is not meant for signing (key usage).",
    vi: 'Chứng thư của dịch vụ cấp dấu thời gian không dành cho việc ký (mục đích sử dụng khóa).',
  },
  ERR_TSP_EKU_MISSING: {
    en: "The time-stamping authority's certificate is not meant for time-stamping.",
    vi: 'Chứng thư của dịch vụ cấp dấu thời gian không dành cho việc cấp dấu thời gian.',
  },
  ERR_TSP_EKU_NOT_CRITICAL: {
    en: "The time-stamping purpose in the authority's certificate is not marked critical.",
    vi: 'Mục đích cấp dấu thời gian trong chứng thư không được đánh dấu là bắt buộc (critical).',
  },
  ERR_TSP_EKU_MIXED: {
    en: "The time-stamping authority's certificate has other purposes beside time-stamping.",
    vi: 'Chứng thư của dịch vụ cấp dấu thời gian còn có mục đích khác ngoài cấp dấu thời gian.',
  },
  ERR_TSP_SIGNATURE_INVALID: {
    en: "The time-stamp's signature does not verify.",
    vi: 'Chữ ký trên dấu thời gian không đúng.',
  },
  ERR_TSP_KEY_WEAK: {
    en: "The time-stamping authority's key is too weak ({key}).",
    vi: 'Khóa của dịch vụ cấp dấu thời gian quá yếu ({key}).',
  },
  ERR_TSP_UNTRUSTED: {
    en: "The time-stamping authority's certificate does not lead to one that is configured.",
    vi: 'Chứng thư của dịch vụ cấp dấu thời gian không dẫn đến chứng thư nào được cấu hình.',
  },
} as const satisfies Catalogue
