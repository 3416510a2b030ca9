import type { Catalogue } from '../formats/index.ts'

export const trustMessages = {
  ERR_TRUST_SERIAL_INDEX: {
    en: 'The index of a CRL is damaged or belongs to another CRL.',
    vi: 'Chỉ mục của danh sách thu hồi (CRL) bị hỏng hoặc thuộc về danh sách khác.',
  },
  ERR_TRUST_REVOCATION_DATA: {
    en: 'The data is neither a CRL nor an OCSP response.',
    vi: 'Dữ liệu không phải danh sách thu hồi (CRL) cũng không phải phản hồi OCSP.',
  },
  ERR_TRUST_URL_FORBIDDEN: {
    en: 'The host {host} has no public address and is not on the list of allowed ones.',
    vi: 'Máy chủ {host} không có địa chỉ công cộng và không nằm trong danh sách được phép.',
  },
  ERR_TRUST_URL_SCHEME: {
    en: 'Only http and https addresses are fetched, not {scheme}.',
    vi: 'Chỉ được truy cập địa chỉ http và https, không phải {scheme}.',
  },
  ERR_TRUST_NET_ALLOW_INVALID: {
    en: 'The entry {entry} of the allowed hosts is neither a host, an address nor a network.',
    vi: 'Mục {entry} trong danh sách máy chủ được phép không phải tên máy, địa chỉ hay dải mạng.',
  },
  ERR_TRUST_FETCH_REDIRECTS: {
    en: 'The server redirected more than {limit} times.',
    vi: 'Máy chủ chuyển hướng quá {limit} lần.',
  },
  ERR_TRUST_FETCH_FAILED: {
    en: 'The server gave no usable answer.',
    vi: 'Máy chủ không trả về dữ liệu dùng được.',
  },
  ERR_TRUST_FETCH_TIMEOUT: {
    en: 'The server did not answer within {timeoutMs} ms.',
    vi: 'Máy chủ không trả lời trong {timeoutMs} ms.',
  },
  ERR_TRUST_FETCH_TOO_LARGE: {
    en: 'The answer is larger than {limit} bytes.',
    vi: 'Dữ liệu trả về lớn hơn {limit} byte.',
  },
  ERR_TRUST_FETCH_UNREADABLE: {
    en: 'The answer is not what was asked for.',
    vi: 'Dữ liệu trả về không phải thứ đã yêu cầu.',
  },
} as const satisfies Catalogue
