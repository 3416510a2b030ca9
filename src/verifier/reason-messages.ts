import type { Catalogue } from '../formats/index.ts'

/** Reasons of the engine (`Reason.code`), filled with the reason's details. Departures from formats have their own. */
export const engineMessages = {
  LEVEL_NOT_PROVEN: {
    vi: 'Chữ ký có đủ các phần của mức {level}; phần đã xác nhận được chỉ đạt mức {proven}.',
    en: 'The signature has the parts of level {level}; what of them was found to hold makes {proven}.',
  },
  CHANGED_AFTER_SIGNING: {
    vi: 'Sau khi ký, tệp đã bị thay đổi theo cách không được phép (loại: {kind}; đối tượng: {object}).',
    en: 'The file was changed after signing in a way that is not allowed (kind: {kind}; object: {object}).',
  },
  BYTE_RANGE_NOT_STRICT: {
    vi: 'Vùng được ký (/ByteRange) không phủ đúng toàn bộ phiên bản trừ chỗ chứa chữ ký.',
    en: 'What is signed is not exactly the revision without the place of the signature (/ByteRange).',
  },
  BYTES_OF_NO_REVISION: {
    vi: 'Sau phần được ký có dữ liệu không thuộc phiên bản nào của tệp.',
    en: 'Bytes that belong to no revision of the file stand behind what is signed.',
  },
  FINDING_UNKNOWN: {
    vi: 'Cấu trúc có điểm lệch chuẩn chưa được đánh giá ({code}).',
    en: 'The structure departs from its format in a way that was not assessed ({code}).',
  },
  SIGNING_CERTIFICATE_NOT_FOUND: {
    vi: 'Không tìm thấy chứng thư đã dùng để ký.',
    en: 'The certificate that was signed with was not found.',
  },
  REFERENCE_UNREADABLE: {
    vi: 'Không đọc được tham chiếu đã ký tới chứng thư người ký.',
    en: 'The signed reference to the signing certificate cannot be read.',
  },
  REFERENCE_NAMES_ANOTHER: {
    vi: 'Tham chiếu đã ký chỉ tới một chứng thư khác với chứng thư khớp chữ ký.',
    en: 'The signed reference names another certificate than the one whose key fits.',
  },
  REFERENCE_ISSUER_DIFFERS: {
    vi: 'Tham chiếu đã ký nêu nơi cấp hoặc số sê-ri khác với chứng thư người ký.',
    en: "The signed reference gives another issuer or serial number than the signing certificate's.",
  },
  REFERENCE_ABSENT: {
    vi: 'Chữ ký không có tham chiếu đã ký tới chứng thư người ký (signing-certificate).',
    en: 'There is no signed reference to the signing certificate (signing-certificate).',
  },
  REFERENCE_REPEATED: {
    vi: 'Có nhiều hơn một tham chiếu đã ký tới chứng thư người ký.',
    en: 'There is more than one signed reference to the signing certificate.',
  },
  SIGNATURE_POLICY_UNKNOWN: {
    vi: 'Chữ ký viện dẫn chính sách {policy}, chính sách này không được xét.',
    en: 'The signature refers to the policy {policy}, which was not looked at.',
  },
  PATH_NOT_FOUND: {
    vi: 'Không có chuỗi chứng thư nào từ “{certificate}” tới nơi cấp được tin cậy.',
    en: 'No chain of certificates leads from “{certificate}” to a trusted authority.',
  },
  TRUST_ENDED: {
    vi: 'Nơi cấp “{certificate}” chỉ được tin cậy đến {until}.',
    en: 'The authority “{certificate}” was trusted until {until} only.',
  },
  CERTIFICATE_SELF_SIGNED: {
    vi: 'Chứng thư “{certificate}” do chính chủ nó tự cấp.',
    en: 'The certificate “{certificate}” was issued by its own holder.',
  },
  KEY_USAGE_NOT_FOR_THIS: {
    vi: 'Chứng thư “{certificate}” không được cấp cho mục đích này (keyUsage: {detail}).',
    en: 'The certificate “{certificate}” was not issued for this use (keyUsage: {detail}).',
  },
  EXTENDED_KEY_USAGE_NOT_FOR_THIS: {
    vi: 'Chứng thư “{certificate}” không được cấp cho mục đích này (extendedKeyUsage: {detail}).',
    en: 'The certificate “{certificate}” was not issued for this use (extendedKeyUsage: {detail}).',
  },
  ISSUER_ACCESS_ABSENT: {
    vi: 'Chứng thư “{certificate}” không cho biết nơi tải chứng thư của nơi cấp.',
    en: "The certificate “{certificate}” does not say where its issuer's certificate can be had.",
  },
  OCSP_NO_CHECK_UNEXPECTED: {
    vi: 'Chứng thư “{certificate}” tự miễn kiểm tra thu hồi (ocsp-nocheck) mà không phải của máy chủ OCSP.',
    en: 'The certificate “{certificate}” exempts itself from revocation (ocsp-nocheck) and is no OCSP responder.',
  },
  REVOCATION_TOO_ENTANGLED: {
    vi: 'Dữ liệu thu hồi của chứng thư “{certificate}” phụ thuộc lẫn nhau quá nhiều để kiểm tra.',
    en: 'The revocation data of the certificate “{certificate}” depends on too much other data to be checked.',
  },
  KEY_IDENTIFIER_ABSENT: {
    vi: 'Chứng thư “{certificate}” thiếu mã nhận diện khóa.',
    en: 'The certificate “{certificate}” lacks the identifier of its key.',
  },
  REVOCATION_ACCESS_ABSENT: {
    vi: 'Chứng thư “{certificate}” không cho biết nơi tra cứu thu hồi.',
    en: 'The certificate “{certificate}” does not say where its revocation can be looked up.',
  },
  REVOCATION_DATA_ABSENT: {
    vi: 'Không có dữ liệu thu hồi (CRL, OCSP) về chứng thư “{certificate}”.',
    en: 'There is no revocation data (CRL, OCSP) about the certificate “{certificate}”.',
  },
  REVOCATION_DATA_UNACCEPTABLE: {
    vi: 'Dữ liệu thu hồi về chứng thư “{certificate}” không dùng được.',
    en: 'The revocation data about the certificate “{certificate}” does not count.',
  },
  REVOCATION_DATA_REFUSED: {
    vi: 'Có dữ liệu thu hồi về “{certificate}” không được chấp nhận ({why}).',
    en: 'Revocation data about “{certificate}” is of no value ({why}).',
  },
  REVOCATION_STATUS_UNKNOWN: {
    vi: 'Máy chủ OCSP trả lời là không biết tình trạng của chứng thư “{certificate}”.',
    en: 'The answer does not know the status of the certificate “{certificate}”.',
  },
  REVOCATION_SIGNER_UNKNOWN: {
    vi: 'Không rõ bên nào đã ký dữ liệu thu hồi về “{certificate}”.',
    en: 'Who signed the revocation data about “{certificate}” is not known.',
  },
  REVOCATION_SIGNER_UNTRUSTED: {
    vi: 'Chứng thư của bên ký dữ liệu thu hồi về “{certificate}” không dẫn tới nơi cấp được tin cậy.',
    en: 'The signer of the revocation data about “{certificate}” leads to no trusted authority.',
  },
  REVOCATION_SIGNER_OTHER_ANCHOR: {
    vi: 'Bên ký dữ liệu thu hồi về “{certificate}” thuộc một gốc tin cậy khác với chứng thư này.',
    en: 'The signer of the revocation data about “{certificate}” stands under another trust anchor than it does.',
  },
  REVOCATION_VALUE_BROKEN: {
    vi: 'Chữ ký trên dữ liệu thu hồi về “{certificate}” không đúng.',
    en: 'The signature on the revocation data about “{certificate}” is broken.',
  },
  REVOCATION_SIGNER_NOT_VALID: {
    vi: 'Chứng thư của máy chủ OCSP không có hiệu lực khi trả lời về “{certificate}”.',
    en: "The OCSP responder's certificate was not valid when it answered about “{certificate}”.",
  },
  REVOCATION_SIGNER_REVOKED: {
    vi: 'Chứng thư “{certificate}” đã bị thu hồi trước khi ký dữ liệu thu hồi.',
    en: 'The certificate “{certificate}” had been revoked before it signed revocation data.',
  },
  REVOCATION_CERT_HASH_MISMATCH: {
    vi: 'Phản hồi OCSP nói về một chứng thư khác với “{certificate}” (certHash).',
    en: 'The OCSP answer is about another certificate than “{certificate}” (certHash).',
  },
  REVOCATION_SELF_ISSUED: {
    vi: 'Chứng thư “{certificate}” tự trả lời về tình trạng của chính mình.',
    en: 'The certificate “{certificate}” answers about its own status.',
  },
  REVOCATION_BEFORE_CERTIFICATE: {
    vi: 'Dữ liệu thu hồi được lập trước khi chứng thư “{certificate}” được cấp.',
    en: 'The revocation data is older than the certificate “{certificate}”.',
  },
  REVOCATION_DATA_DATED_AHEAD: {
    vi: 'Dữ liệu thu hồi về “{certificate}” ghi ngày phát hành trong tương lai ({thisUpdate}).',
    en: 'The revocation data about “{certificate}” is dated ahead ({thisUpdate}).',
  },
  REVOCATION_FORGETS_CERTIFICATE: {
    vi: 'Dữ liệu thu hồi được lập sau khi chứng thư “{certificate}” hết hạn và có thể đã bỏ chứng thư này.',
    en: 'The revocation data was made after “{certificate}” expired and may have dropped it.',
  },
  NEXT_UPDATE_ABSENT: {
    vi: 'Dữ liệu thu hồi về “{certificate}” không cho biết bản kế tiếp (nextUpdate).',
    en: 'The revocation data about “{certificate}” does not say when the next is due (nextUpdate).',
  },
  REVOCATION_DATA_STALE: {
    vi: 'Dữ liệu thu hồi về “{certificate}” (lập {thisUpdate}) đã cũ vào lúc {at}.',
    en: 'The revocation data about “{certificate}” (of {thisUpdate}) was out of date at {at}.',
  },
  CERTIFICATE_REVOKED: {
    vi: 'Chứng thư “{certificate}” đã bị thu hồi lúc {revokedAt} (lý do: {why}).',
    en: 'The certificate “{certificate}” was revoked at {revokedAt} (reason: {why}).',
  },
  CERTIFICATE_ON_HOLD: {
    vi: 'Chứng thư “{certificate}” bị tạm dừng từ {revokedAt}.',
    en: 'The certificate “{certificate}” has been on hold since {revokedAt}.',
  },
  CERTIFICATE_OUT_OF_VALIDITY: {
    vi: 'Chứng thư “{certificate}” có hiệu lực từ {notBefore} đến {notAfter}, không gồm thời điểm {at}.',
    en: 'The certificate “{certificate}” is valid from {notBefore} to {notAfter}, which does not include {at}.',
  },
  REVOCATION_SIGNER_OUT_OF_VALIDITY: {
    vi: 'Dữ liệu thu hồi về “{about}” do “{certificate}” ký; chứng thư này có hiệu lực đến {notAfter}, không gồm thời điểm {at}.',
    en: 'The revocation data about “{about}” was signed by “{certificate}”, valid to {notAfter}, not at {at}.',
  },
  DATA_NOT_FOUND: {
    vi: 'Không có nội dung mà chữ ký nói tới ({kind}).',
    en: 'The content that this is about is not at hand ({kind}).',
  },
  DATA_CHANGED: {
    vi: 'Nội dung không còn đúng như lúc ký ({kind}).',
    en: 'The content is not what it was ({kind}).',
  },
  VALUE_BROKEN: {
    vi: 'Giá trị chữ ký không khớp với chứng thư.',
    en: 'The signature value does not fit the certificate.',
  },
  VALUE_NOT_VERIFIABLE: {
    vi: 'Không kiểm tra được giá trị chữ ký: thuật toán {algorithm} không được hỗ trợ hoặc thiếu chứng thư.',
    en: 'The signature value cannot be verified: algorithm {algorithm} is unknown, or the certificate is missing.',
  },
  ALGORITHM_NOT_ACCEPTED: {
    vi: 'Thuật toán {algorithm} ({material}) không được chính sách chấp nhận.',
    en: 'The algorithm {algorithm} ({material}) is not accepted by the policy.',
  },
  ALGORITHM_NOT_RELIABLE: {
    vi: 'Thuật toán {algorithm} ({material}) chỉ đủ an toàn đến {until}, không còn đủ an toàn vào lúc {at}.',
    en: 'The algorithm {algorithm} ({material}) could be relied on until {until}, not at {at}.',
  },
  SIGNING_TIME_ABSENT: {
    vi: 'Chữ ký không nêu thời điểm ký.',
    en: 'The signature does not say when it was made.',
  },
  TIMESTAMP_OUT_OF_VALIDITY: {
    vi: 'Thời điểm {time} của dấu thời gian nằm ngoài hiệu lực của chứng thư nơi cấp dấu ({notBefore} – {notAfter}).',
    en: "The time-stamp's time {time} lies outside the validity of its authority's certificate ({notBefore} – {notAfter}).",
  },
  SIGNING_TIME_OUT_OF_VALIDITY: {
    vi: 'Thời điểm ký tự khai {claimed} nằm ngoài hiệu lực của chứng thư ({notBefore} – {notAfter}).',
    en: "The claimed signing time {claimed} lies outside the certificate's validity ({notBefore} – {notAfter}).",
  },
  SIGNS_NO_CONTENT: {
    vi: 'Chữ ký không bao gồm nội dung nào.',
    en: 'The signature is about no content.',
  },
  SIGNING_TIME_AFTER_PROOF: {
    vi: 'Thời điểm ký tự khai {claimed} muộn hơn thời điểm mà chữ ký được chứng minh là đã có ({proven}).',
    en: 'The claimed signing time {claimed} is later than the time at which the signature is proven to exist ({proven}).',
  },
  SIGNED_AFTER_REVOCATION: {
    vi: 'Dấu thời gian trên nội dung ({time}) cho thấy chứng thư đã bị thu hồi ({revokedAt}) trước khi ký.',
    en: 'The time-stamp on the content ({time}) shows that the certificate was revoked ({revokedAt}) before signing.',
  },
  SIGNED_AFTER_EXPIRY: {
    vi: 'Dấu thời gian trên nội dung ({time}) cho thấy chứng thư đã hết hạn ({notAfter}) trước khi ký.',
    en: 'The time-stamp on the content ({time}) shows that the certificate had expired ({notAfter}) before signing.',
  },
  SIGNED_AFTER_ALGORITHM_ENDED: {
    vi: 'Dấu thời gian trên nội dung ({time}) cho thấy thuật toán đã hết an toàn ({until}) trước khi ký.',
    en: 'The time-stamp on the content ({time}) shows that the algorithm had ended ({until}) before signing.',
  },
  SIGNED_BEFORE_VALIDITY: {
    vi: 'Chữ ký đã tồn tại lúc {at}, trước khi chứng thư “{certificate}” có hiệu lực ({notBefore}).',
    en: 'The signature existed at {at}, before the certificate “{certificate}” was valid ({notBefore}).',
  },
  TIMESTAMP_NOT_VALID: {
    vi: 'Dấu thời gian lúc {time} không được công nhận nên không chứng minh được gì ({why}).',
    en: 'The time-stamp of {time} was not found valid and proves nothing ({why}).',
  },
  TIMESTAMPS_OUT_OF_ORDER: {
    vi: 'Các dấu thời gian mâu thuẫn: {earlier} lẽ ra phải có trước {later}.',
    en: 'The time-stamps contradict each other: {earlier} should have come before {later}.',
  },
  TIMESTAMP_TOO_LATE: {
    vi: 'Thời điểm ký tự khai {claimed} sớm hơn quá nhiều so với thời điểm được chứng minh {proven}.',
    en: 'The claimed signing time {claimed} is too long before the proven one, {proven}.',
  },
  PAST_REVOCATION_DATA_ABSENT: {
    vi: 'Không có dữ liệu thu hồi về “{certificate}” được chứng minh là có trước {time}.',
    en: 'No revocation data about “{certificate}” is proven to have existed by {time}.',
  },
  NOT_PROVEN_IN_TIME: {
    vi: 'Chữ ký chỉ được chứng minh là đã tồn tại lúc {proven}, muộn hơn hạn cần thiết là {needed}.',
    en: 'The signature is proven to have existed at {proven}, later than {needed}, by which it had to.',
  },
  VALIDITY_PERIODS_DISJOINT: {
    vi: 'Không có thời điểm nào mà mọi chứng thư trong chuỗi cùng có hiệu lực.',
    en: 'At no time were all certificates of the chain valid.',
  },
  REVOCATION_SIGNER_NOT_PROVEN: {
    vi: 'Không có gì chứng tỏ dữ liệu thu hồi về “{certificate}” đã tồn tại khi chứng thư của bên ký nó còn hiệu lực.',
    en: 'Nothing proves that the signer of the revocation data about “{certificate}” existed while valid.',
  },
  REVOCATION_DATA_AFTER_CA_REVOKED: {
    vi: 'Dữ liệu thu hồi không được chứng minh là có trước khi chứng thư của nơi cấp bị thu hồi.',
    en: "The revocation data is not proven to be older than the revocation of the issuer's certificate.",
  },
  EVIDENCE_RECORD_WITHOUT_TIME: {
    vi: 'Hồ sơ chứng cứ không có dấu thời gian.',
    en: 'The evidence record has no time-stamp.',
  },
  EVIDENCE_RECORD_WITHOUT_OBJECT: {
    vi: 'Không có dữ liệu nào mà hồ sơ chứng cứ nói tới.',
    en: 'None of the objects of the evidence record is at hand.',
  },
} as const satisfies Catalogue
