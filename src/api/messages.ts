import type { Catalogue } from '../formats/index.ts'

const accessMessages = {
  ERR_API_KEY_MISSING: {
    en: 'The request has no API key (Authorization: Bearer …).',
    vi: 'Yêu cầu thiếu khóa API (Authorization: Bearer …).',
  },
  ERR_API_KEY_UNKNOWN: { en: 'The API key is not known.', vi: 'Khóa API không đúng.' },
  ERR_API_SCOPE_MISSING: {
    en: 'This API key may not do this (it lacks {scope}).',
    vi: 'Khóa API này không có quyền thực hiện thao tác (thiếu quyền {scope}).',
  },
  ERR_API_ROLE_FORBIDDEN: {
    en: 'The role {role} may not do this.',
    vi: 'Vai trò {role} không được thực hiện thao tác này.',
  },
  ERR_API_CREDENTIAL_FORBIDDEN: {
    en: 'This API key may not use this credential.',
    vi: 'Khóa API này không được dùng chứng thư chữ ký số đã chọn.',
  },
  ERR_API_ACTIVATION_REQUIRED: {
    en: "A person's key signs only on that person's activation (Anky-Activation).",
    vi: 'Khóa của cá nhân chỉ ký khi chính người đó kích hoạt (Anky-Activation).',
  },
  ERR_API_ACTIVATION_INVALID: {
    en: 'The activation is not for this credential and document, was used already, or has lapsed.',
    vi: 'Mã kích hoạt không dành cho chứng thư và tài liệu này, đã được dùng, hoặc đã hết hạn.',
  },
  ERR_API_PIN_INCORRECT: {
    en: 'The PIN is wrong; tries left: {left}.',
    vi: 'Mã PIN không đúng; còn {left} lần thử.',
  },
  ERR_API_PIN_LOCKED: {
    en: 'The PIN is locked until an administrator and an approver unlock it.',
    vi: 'Mã PIN đã bị khóa; cần một quản trị viên và một người phê duyệt cùng mở khóa.',
  },
  ERR_API_PIN_NOT_LOCKED: {
    en: 'The PIN of this credential is not locked.',
    vi: 'Mã PIN của chứng thư này không bị khóa.',
  },
  ERR_API_PIN_ABSENT: {
    en: 'This credential has no PIN, so that it cannot be activated.',
    vi: 'Chứng thư này chưa có mã PIN nên không kích hoạt được.',
  },
  ERR_API_CREDENTIAL_NOT_PERSONAL: {
    en: 'This credential is a seal; only keys of persons are activated.',
    vi: 'Đây là con dấu số của tổ chức; chỉ khóa của cá nhân mới cần kích hoạt.',
  },
  ERR_API_CREDENTIAL_DISABLED: {
    en: 'This credential is disabled.',
    vi: 'Chứng thư chữ ký số này đã bị ngừng sử dụng.',
  },
} as const satisfies Catalogue

const requestMessages = {
  ERR_API_OBJECT_NOT_FOUND: {
    en: 'There is no such {kind}.',
    vi: 'Không tìm thấy đối tượng được yêu cầu ({kind}).',
  },
  ERR_API_ROUTE_NOT_FOUND: { en: 'There is nothing at this address.', vi: 'Không có gì tại địa chỉ này.' },
  ERR_API_METHOD_NOT_ALLOWED: {
    en: 'This address does not know the method {method}.',
    vi: 'Địa chỉ này không hỗ trợ phương thức {method}.',
  },
  ERR_API_FIELD_UNKNOWN: { en: 'The field {field} is not known.', vi: 'Không có trường nào tên {field}.' },
  ERR_API_FIELD_MISSING: { en: 'The field {field} is missing.', vi: 'Thiếu trường {field}.' },
  ERR_API_FIELD_INVALID: { en: 'The field {field} is not valid.', vi: 'Trường {field} không hợp lệ.' },
  ERR_API_FIELD_DUPLICATE: {
    en: 'The field {field} is given more than once.',
    vi: 'Trường {field} được gửi nhiều lần.',
  },
  ERR_API_FIELD_NOT_FOR_FORMAT: {
    en: 'The field {field} does not belong to signatures of the format {format}.',
    vi: 'Trường {field} không dùng cho chữ ký dạng {format}.',
  },
  ERR_API_HEADER_INVALID: { en: 'The header {header} is not valid.', vi: 'Tiêu đề {header} không hợp lệ.' },
  ERR_API_JSON_MALFORMED: { en: 'The JSON cannot be read.', vi: 'Không đọc được nội dung JSON.' },
  ERR_API_MULTIPART_MALFORMED: {
    en: 'The multipart body cannot be read.',
    vi: 'Không đọc được nội dung multipart.',
  },
  ERR_API_PRIVATE_KEY_SENT: {
    en: 'The field {field} holds a private key. Never send one; this one must not be used any more.',
    vi: 'Trường {field} có chứa khóa bí mật. Không được gửi khóa bí mật; khóa này không nên dùng nữa.',
  },
  ERR_API_DOCUMENT_EMPTY: { en: 'The document is empty.', vi: 'Tài liệu rỗng.' },
  ERR_API_BODY_TRUNCATED: { en: 'The body ended too early.', vi: 'Nội dung gửi lên bị cắt giữa chừng.' },
  ERR_API_BODY_TOO_SLOW: { en: 'The body arrives too slowly.', vi: 'Nội dung được gửi lên quá chậm.' },
  ERR_API_BODY_TOO_LARGE: {
    en: 'The body is longer than {limit} bytes.',
    vi: 'Nội dung gửi lên dài hơn {limit} byte.',
  },
  ERR_API_MEDIA_TYPE_MISSING: {
    en: 'The body needs its media type (Content-Type).',
    vi: 'Thiếu kiểu nội dung (Content-Type).',
  },
  ERR_API_MEDIA_TYPE_UNSUPPORTED: {
    en: 'A body of the type {actual} is not taken here; needed: {expected}.',
    vi: 'Không nhận nội dung kiểu {actual}; cần kiểu {expected}.',
  },
  ERR_API_NOT_ACCEPTABLE: {
    en: 'The answer comes as application/json, which the header Accept does not take.',
    vi: 'Câu trả lời ở dạng application/json, nhưng tiêu đề Accept không nhận dạng này.',
  },
  ERR_API_CONTENT_ENCODING: {
    en: 'Bodies are taken as they are, without Content-Encoding, and with no Transfer-Encoding but chunked.',
    vi: 'Nội dung phải gửi nguyên dạng, không dùng Content-Encoding, và Transfer-Encoding chỉ có thể là chunked.',
  },
  ERR_API_SIGNING_REQUEST_EXPIRED: {
    en: 'The signing request lapsed on {expiresAt}.',
    vi: 'Yêu cầu ký đã hết hạn từ {expiresAt}.',
  },
  ERR_SIGNATURE_INVALID: {
    en: "The signature value is not that of the prepared signature under the certificate's key.",
    vi: 'Giá trị chữ ký không khớp với nội dung đã chuẩn bị và khóa trong chứng thư.',
  },
  ERR_IDEMPOTENCY_MISMATCH: {
    en: 'This Idempotency-Key was used with another request.',
    vi: 'Idempotency-Key này đã được dùng cho một yêu cầu khác.',
  },
  ERR_IDEMPOTENCY_RUNNING: {
    en: 'The request with this Idempotency-Key is still running.',
    vi: 'Yêu cầu với Idempotency-Key này đang được xử lý.',
  },
} as const satisfies Catalogue

const serviceMessages = {
  ERR_API_SHARE_EXCEEDED: {
    en: 'This hospital has too much under way at once; what is left is for others.',
    vi: 'Bệnh viện này đang có quá nhiều yêu cầu cùng lúc; phần còn lại dành cho đơn vị khác.',
  },
  ERR_API_OVERLOADED: {
    en: 'Too many requests wait for their turn to sign.',
    vi: 'Đang có quá nhiều yêu cầu chờ ký.',
  },
  ERR_API_MEMORY_BUSY: {
    en: 'Too many documents are being held at the moment.',
    vi: 'Đang có quá nhiều tài liệu được xử lý cùng lúc.',
  },
  ERR_API_DRAINING: { en: 'The service is shutting down.', vi: 'Dịch vụ đang dừng.' },
  ERR_API_NOT_READY: { en: 'The service cannot sign now: {why}.', vi: 'Dịch vụ chưa ký được: {why}.' },
  ERR_API_STORAGE_FULL: { en: 'The disk is full.', vi: 'Ổ đĩa đã đầy.' },
  ERR_API_STORAGE_FAILED: {
    en: 'The data folder cannot be written or read.',
    vi: 'Không đọc hoặc ghi được thư mục dữ liệu.',
  },
  ERR_API_TIMESTAMPS_ABSENT: {
    en: 'No time-stamping authority is configured.',
    vi: 'Chưa cấu hình dịch vụ cấp dấu thời gian.',
  },
  ERR_API_UNEXPECTED: {
    en: 'Something went wrong that should not have; the request id leads to it in the log.',
    vi: 'Đã xảy ra lỗi ngoài dự kiến; dùng mã yêu cầu để tra trong nhật ký.',
  },
} as const satisfies Catalogue

/** What a later version brings (top of the outside contract). */
const unsupportedMessages = {
  ERR_API_LEVEL_UNSUPPORTED: {
    en: 'Signatures of level {level} are not made yet; B-B and B-T are.',
    vi: 'Chưa tạo được chữ ký mức {level}; hiện có mức B-B và B-T.',
  },
  ERR_API_TIMESTAMP_DEFERRED_UNSUPPORTED: {
    en: 'Time-stamps are not deferred yet (timestamp=deferred).',
    vi: 'Chưa hỗ trợ cấp dấu thời gian sau (timestamp=deferred).',
  },
  ERR_API_RESPOND_ASYNC_UNSUPPORTED: {
    en: 'Answers are not given later yet (Prefer: respond-async).',
    vi: 'Chưa hỗ trợ trả lời không đồng bộ (Prefer: respond-async).',
  },
  ERR_API_ENVELOPING_UNSUPPORTED: {
    en: 'Signatures that contain the document are not made yet (packaging=enveloping).',
    vi: 'Chưa tạo được chữ ký chứa tài liệu bên trong (packaging=enveloping).',
  },
  ERR_API_CERTIFY_UNSUPPORTED: {
    en: 'Certification signatures are not made yet (certify).',
    vi: 'Chưa tạo được chữ ký chứng nhận tài liệu (certify).',
  },
  ERR_API_STORE_UNSUPPORTED: {
    en: 'Documents are not stored yet (store=true).',
    vi: 'Chưa hỗ trợ lưu tài liệu (store=true).',
  },
  ERR_API_LOCK_UNSUPPORTED: {
    en: 'Locking form fields is not supported yet (lock).',
    vi: 'Chưa hỗ trợ khóa các trường biểu mẫu (lock).',
  },
  ERR_API_CONTENT_DIGEST_UNSUPPORTED: {
    en: 'Signing by digest alone is not supported yet (contentDigest).',
    vi: 'Chưa hỗ trợ ký chỉ với giá trị băm (contentDigest).',
  },
  ERR_API_JOBS_UNSUPPORTED: { en: 'There are no jobs yet.', vi: 'Chưa hỗ trợ tác vụ nền (jobs).' },
  ERR_API_REPORT_UNSUPPORTED: {
    en: 'Reports are not given as {type} yet, only as application/json.',
    vi: 'Chưa trả báo cáo dạng {type}; hiện chỉ có application/json.',
  },
} as const satisfies Catalogue

/** The catalogue of everything the HTTP interface itself refuses. */
export const apiMessages = {
  ...accessMessages,
  ...requestMessages,
  ...serviceMessages,
  ...unsupportedMessages,
} as const satisfies Catalogue
