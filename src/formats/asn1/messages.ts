import type { Catalogue } from '../error.ts'

export const asn1Messages = {
  ERR_ASN1_STRUCTURE: {
    en: 'A {what} is not built as its standard asks for.',
    vi: 'Cấu trúc {what} không đúng như tiêu chuẩn quy định.',
  },
  ERR_ALGORITHM_UNSUPPORTED: {
    en: 'The algorithm {algorithm} is not supported.',
    vi: 'Thuật toán {algorithm} không được hỗ trợ.',
  },
  ERR_ALGORITHM_PARAMETERS: {
    en: 'The algorithm {algorithm} has parameters that it must not have, or lacks those it needs.',
    vi: 'Thuật toán {algorithm} có tham số không được phép hoặc thiếu tham số bắt buộc.',
  },
  ERR_KEY_UNREADABLE: { en: 'A public key cannot be read.', vi: 'Không đọc được khóa công khai.' },
  ERR_KEY_UNSUPPORTED: {
    en: 'A public key of the kind {kind} is not supported.',
    vi: 'Loại khóa công khai {kind} không được hỗ trợ.',
  },
  ERR_KEY_PARAMETERS_MISSING: {
    en: 'A public key leaves its parameters to its issuer, whose key does not bring them.',
    vi: 'Khóa công khai lấy tham số từ bên cấp, nhưng khóa của bên cấp không có tham số đó.',
  },
  ERR_NAME_VALUE: {
    en: 'A value of a name has letters that its string type does not allow.',
    vi: 'Giá trị trong tên có ký tự mà kiểu chuỗi của nó không cho phép.',
  },
  ERR_CERTIFICATE_VERSION: {
    en: 'A certificate has a version that does not exist, or fields its version does not have.',
    vi: 'Chứng thư có phiên bản không tồn tại hoặc có trường mà phiên bản đó không có.',
  },
  ERR_CERTIFICATE_ALGORITHM_MISMATCH: {
    en: 'A certificate names one signature algorithm inside and another outside.',
    vi: 'Chứng thư ghi thuật toán ký bên trong khác với bên ngoài.',
  },
  ERR_CERTIFICATE_EXTENSION_DUPLICATE: {
    en: 'A certificate has the extension {oid} twice.',
    vi: 'Chứng thư có phần mở rộng {oid} lặp lại.',
  },
  ERR_CERTIFICATE_EXTENSION: {
    en: 'The extension {oid} of a certificate is malformed.',
    vi: 'Phần mở rộng {oid} của chứng thư sai dạng.',
  },
  ERR_CRL_TOO_LARGE: {
    en: 'The CRL is larger than {limit} bytes.',
    vi: 'Danh sách thu hồi (CRL) lớn hơn {limit} byte.',
  },
  ERR_CRL_TOO_MANY_ENTRIES: {
    en: 'The CRL has more than {limit} entries.',
    vi: 'Danh sách thu hồi (CRL) có hơn {limit} mục.',
  },
  ERR_CRL_ALGORITHM_MISMATCH: {
    en: 'The CRL names one signature algorithm inside and another outside.',
    vi: 'Danh sách thu hồi (CRL) ghi thuật toán ký bên trong khác với bên ngoài.',
  },
  ERR_CRL_EXTENSION: {
    en: 'The extension {oid} of a CRL is malformed.',
    vi: 'Phần mở rộng {oid} của danh sách thu hồi (CRL) sai dạng.',
  },
  ERR_CRL_ENTRY: {
    en: 'An entry of the CRL gives a reason that does not exist.',
    vi: 'Một mục trong danh sách thu hồi (CRL) ghi lý do không tồn tại.',
  },
  ERR_OCSP_TYPE: {
    en: 'The OCSP response is of the unknown type {oid}.',
    vi: 'Phản hồi OCSP thuộc kiểu {oid} không xác định.',
  },
  ERR_OCSP_EXTENSION: {
    en: 'The extension {oid} of an OCSP message is malformed.',
    vi: 'Phần mở rộng {oid} của thông điệp OCSP sai dạng.',
  },
  ERR_PEM_MALFORMED: { en: 'The PEM text is malformed.', vi: 'Văn bản PEM sai dạng.' },
  ERR_PEM_TOO_LARGE: {
    en: 'The PEM text is larger than {limit} characters.',
    vi: 'Văn bản PEM lớn hơn {limit} ký tự.',
  },
  ERR_CMS_NOT_SIGNED_DATA: {
    en: 'The CMS is not SignedData but {oid}.',
    vi: 'Dữ liệu CMS không phải SignedData mà là {oid}.',
  },
  ERR_CMS_CONTENT: {
    en: 'The content inside the CMS is not an octet string.',
    vi: 'Nội dung bên trong CMS không phải là chuỗi octet.',
  },
  ERR_CMS_SIGNER_UNKNOWN: {
    en: 'The CMS has no signer with the number {index}.',
    vi: 'Dữ liệu CMS không có người ký số {index}.',
  },
  ERR_CMS_TOO_MANY_SIGNERS: {
    en: 'The CMS has more than {limit} signers.',
    vi: 'Dữ liệu CMS có hơn {limit} người ký.',
  },
  ERR_CMS_ATTRIBUTE_EMPTY: {
    en: 'The CMS attribute {oid} has no value.',
    vi: 'Thuộc tính CMS {oid} không có giá trị.',
  },
  ERR_TST_CONTENT_TYPE: {
    en: 'The time-stamp token carries {oid} instead of a time-stamp.',
    vi: 'Dấu thời gian mang nội dung {oid}, không phải thông tin dấu thời gian.',
  },
  ERR_TST_VERSION: {
    en: 'The time-stamp message has the unknown version {version}.',
    vi: 'Thông điệp dấu thời gian có phiên bản {version} không xác định.',
  },
  ERR_TST_ACCURACY: {
    en: 'The accuracy of a time-stamp is out of range.',
    vi: 'Độ chính xác của dấu thời gian nằm ngoài phạm vi cho phép.',
  },
  ERR_EVIDENCE_RECORD_VERSION: {
    en: 'The evidence record has the unknown version {version}.',
    vi: 'Bản ghi bằng chứng có phiên bản {version} không xác định.',
  },
  ERR_EVIDENCE_RECORD_ENCRYPTION_UNSUPPORTED: {
    en: 'The evidence record is about encrypted objects, which are not supported.',
    vi: 'Bản ghi bằng chứng nói về đối tượng đã mã hóa; chưa hỗ trợ loại này.',
  },
  ERR_EVIDENCE_RECORD_XML_UNSUPPORTED: {
    en: 'Evidence records in XML (RFC 6283) are not supported; those in ASN.1 (RFC 4998) are.',
    vi: 'Chưa hỗ trợ bản ghi bằng chứng dạng XML (RFC 6283); chỉ hỗ trợ dạng ASN.1 (RFC 4998).',
  },
  ERR_EVIDENCE_RECORD_TOO_LARGE: {
    en: 'The evidence record has more than {limit} archive time-stamps or chains.',
    vi: 'Bản ghi bằng chứng có hơn {limit} dấu thời gian lưu trữ hoặc chuỗi.',
  },
} as const satisfies Catalogue
