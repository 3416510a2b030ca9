import type { Message } from '../formats/index.ts'
import type { EvidenceFindingCode, TokenFindingCode } from '../trust/index.ts'
import type { FindingCode } from './collect/findings.ts'
import type { PdfFindingCode } from './collect/pdf/pdf-findings.ts'
import { pdfFindingMessages } from './pdf-finding-messages.ts'

/** Departures from formats, by `FormatFinding.code`. */
export const findingMessages = {
  ...pdfFindingMessages,
  TRAILING_DATA: {
    vi: 'Sau cấu trúc chữ ký còn dữ liệu thừa.',
    en: 'Bytes stand behind the structure of the signature.',
  },
  CONTENT_ENCAPSULATED: {
    vi: 'Chữ ký trong PDF mang theo nội dung riêng.',
    en: 'The signature in the PDF holds content of its own.',
  },
  SIGNER_DUPLICATE: {
    vi: 'Cùng một chữ ký xuất hiện hai lần trong cấu trúc.',
    en: 'The same signature stands there twice.',
  },
  CERTIFICATE_UNREADABLE: {
    vi: 'Một chứng thư kèm theo không đọc được.',
    en: 'A certificate inside cannot be read.',
  },
  REVOCATION_DATA_UNREADABLE: {
    vi: 'Một dữ liệu thu hồi kèm theo không đọc được.',
    en: 'Revocation data inside cannot be read.',
  },
  DIGEST_ALGORITHM_NOT_LISTED: {
    vi: 'Thuật toán băm đã dùng không có trong danh sách của cấu trúc.',
    en: 'The digest algorithm that was used is not listed by the structure.',
  },
  DIGEST_ALGORITHM_MISMATCH: {
    vi: 'Thuật toán băm đã nêu khác với thuật toán của chữ ký.',
    en: "The digest algorithm named is not the signature algorithm's.",
  },
  SIGNED_ATTRIBUTES_ABSENT: {
    vi: 'Chữ ký không có thuộc tính được ký.',
    en: 'The signature has no signed attributes.',
  },
  SIGNED_ATTRIBUTES_NOT_DER: {
    vi: 'Thuộc tính được ký không ở dạng mã hóa DER.',
    en: 'The signed attributes are not in DER.',
  },
  SIGNED_ATTRIBUTE_DUPLICATE: {
    vi: 'Một thuộc tính được ký xuất hiện hai lần ({detail}).',
    en: 'A signed attribute stands there twice ({detail}).',
  },
  CONTENT_IS_ATTRIBUTES: {
    vi: 'Nội dung được ký lại chính là thuộc tính của một chữ ký khác.',
    en: 'The content is itself the signed attributes of a signature.',
  },
  ATTRIBUTE_MALFORMED: {
    vi: 'Một thuộc tính sai cấu trúc ({detail}).',
    en: 'An attribute is malformed ({detail}).',
  },
  CONTENT_TYPE_ABSENT: {
    vi: 'Thiếu thuộc tính content-type.',
    en: 'The attribute content-type is missing.',
  },
  CONTENT_TYPE_DUPLICATE: {
    vi: 'Thuộc tính content-type xuất hiện nhiều lần.',
    en: 'The attribute content-type stands there more than once.',
  },
  CONTENT_TYPE_MISMATCH: {
    vi: 'Thuộc tính content-type khác với loại nội dung.',
    en: 'The attribute content-type is not the type of the content.',
  },
  CONTENT_TYPE_IN_COUNTER_SIGNATURE: {
    vi: 'Chữ ký xác nhận có thuộc tính content-type, trái với chuẩn.',
    en: 'The counter-signature has the attribute content-type, which it must not.',
  },
  MESSAGE_DIGEST_ABSENT: {
    vi: 'Thiếu thuộc tính message-digest.',
    en: 'The attribute message-digest is missing.',
  },
  MESSAGE_DIGEST_DUPLICATE: {
    vi: 'Thuộc tính message-digest xuất hiện nhiều lần.',
    en: 'The attribute message-digest stands there more than once.',
  },
  SIGNING_TIME_DUPLICATE: {
    vi: 'Thuộc tính signing-time xuất hiện nhiều lần.',
    en: 'The attribute signing-time stands there more than once.',
  },
  ALGORITHM_PROTECTION_DUPLICATE: {
    vi: 'Thuộc tính bảo vệ thuật toán xuất hiện nhiều lần.',
    en: 'The attribute that protects the algorithms stands there more than once.',
  },
  ALGORITHM_PROTECTION_MISMATCH: {
    vi: 'Thuật toán ghi trong chữ ký khác với thuật toán đã được ký.',
    en: 'The algorithms are not those that were signed.',
  },
  SIGNER_IDENTIFIER_MISMATCH: {
    vi: 'Cấu trúc chữ ký nêu một chứng thư khác với chứng thư đã ký.',
    en: 'The structure names another certificate than the one that signed.',
  },
  RSA_DIGEST_INFO_WITHOUT_NULL: {
    vi: 'Giá trị chữ ký RSA có cấu trúc không đúng chuẩn (thiếu NULL).',
    en: 'The RSA signature value is not structured as the standard says (its NULL is missing).',
  },
  RSA_EXPONENT_SMALL: {
    vi: 'Số mũ của khóa RSA quá nhỏ.',
    en: 'The exponent of the RSA key is too small.',
  },
  COUNTER_SIGNATURE_UNREADABLE: {
    vi: 'Một chữ ký xác nhận không đọc được.',
    en: 'A counter-signature cannot be read.',
  },
  TIME_STAMP_UNREADABLE: {
    vi: 'Một dấu thời gian không đọc được.',
    en: 'A time-stamp cannot be read.',
  },
  TIME_STAMP_NOT_GRANTED: {
    vi: 'Yêu cầu dấu thời gian đã bị từ chối.',
    en: 'The time-stamp was not granted.',
  },
  TIME_STAMP_CONTENT_TYPE: {
    vi: 'Nội dung của dấu thời gian không đúng loại.',
    en: 'The content of the time-stamp is not of its type.',
  },
  ATS_HASH_INDEX_UNREADABLE: {
    vi: 'Không đọc được danh mục những phần mà dấu thời gian lưu trữ bao gồm.',
    en: 'The index of what the archive time-stamp covers cannot be read.',
  },
  ATS_HASH_INDEX_DANGLING: {
    vi: 'Dấu thời gian lưu trữ bao gồm một phần không còn trong chữ ký.',
    en: 'The archive time-stamp covers something that the signature no longer holds.',
  },
  ATS_HASH_INDEX_DIGEST: {
    vi: 'Danh mục của dấu thời gian lưu trữ dùng thuật toán băm khác.',
    en: 'The index of the archive time-stamp uses another digest algorithm.',
  },
  EVIDENCE_RECORD_UNREADABLE: {
    vi: 'Hồ sơ chứng cứ không đọc được.',
    en: 'The evidence record cannot be read.',
  },
  TIMESTAMP_SIGNER_COUNT: {
    vi: 'Dấu thời gian không có đúng một người ký.',
    en: 'The time-stamp does not have exactly one signer.',
  },
  TIMESTAMP_EXTENSION_CRITICAL: {
    vi: 'Dấu thời gian có phần mở rộng bắt buộc chưa biết ({detail}).',
    en: 'The time-stamp has a critical extension that is not known ({detail}).',
  },
  TIMESTAMP_IMPRINT_LENGTH: {
    vi: 'Giá trị băm trong dấu thời gian có độ dài sai.',
    en: 'The imprint in the time-stamp has the wrong length.',
  },
  TIMESTAMP_TSA_NAME: {
    vi: 'Tên nơi cấp dấu thời gian không khớp với chứng thư.',
    en: 'The name of the time-stamping authority is not that of its certificate.',
  },
  EVIDENCE_RECORD_EMPTY: {
    vi: 'Hồ sơ chứng cứ không chứa gì.',
    en: 'The evidence record holds nothing.',
  },
  EVIDENCE_RECORD_DIGEST_UNKNOWN: {
    vi: 'Hồ sơ chứng cứ dùng thuật toán băm chưa biết ({detail}).',
    en: 'The evidence record uses a digest algorithm that is not known ({detail}).',
  },
  EVIDENCE_RECORD_DIGEST_NOT_LISTED: {
    vi: 'Thuật toán băm đã dùng không có trong danh sách của hồ sơ chứng cứ.',
    en: 'A digest algorithm that was used is not listed by the evidence record.',
  },
  TOO_MANY_ARCHIVINGS: {
    vi: 'Có quá nhiều dấu thời gian lưu trữ hoặc hồ sơ chứng cứ; phần này không được xét.',
    en: 'There are too many archive time-stamps or evidence records; this one is not looked at.',
  },
  EVIDENCE_RECORD_DIGEST_CHANGED: {
    vi: 'Thuật toán băm thay đổi ngay trong một chuỗi dấu thời gian.',
    en: 'The digest algorithm changes within a chain of time-stamps.',
  },
  EVIDENCE_RECORD_IMPRINT_ALGORITHM: {
    vi: 'Dấu thời gian trong hồ sơ chứng cứ dùng thuật toán băm khác.',
    en: 'A time-stamp of the evidence record uses another digest algorithm.',
  },
  EVIDENCE_RECORD_IMPRINT: {
    vi: 'Một dấu thời gian trong hồ sơ chứng cứ không khớp với dữ liệu mà nó bảo vệ.',
    en: 'A time-stamp of the evidence record does not match the data that it protects.',
  },
  EVIDENCE_RECORD_TIME_ORDER: {
    vi: 'Các dấu thời gian trong hồ sơ chứng cứ không theo thứ tự.',
    en: 'The time-stamps of the evidence record are not in order.',
  },
  EVIDENCE_RECORD_OBJECT_MISSING: {
    vi: 'Hồ sơ chứng cứ không bao gồm dữ liệu cần xét.',
    en: 'The evidence record is not about the object in question.',
  },
  EVIDENCE_RECORD_RENEWAL: {
    vi: 'Một lần gia hạn không bao gồm những gì đã có trước đó.',
    en: 'A renewal does not cover what was there before.',
  },
  EVIDENCE_RECORD_TOKEN_UNREADABLE: {
    vi: 'Một dấu thời gian trong hồ sơ chứng cứ không đọc được.',
    en: 'A time-stamp of the evidence record cannot be read.',
  },
} as const satisfies Readonly<
  Record<FindingCode | PdfFindingCode | TokenFindingCode | EvidenceFindingCode, Message>
>
