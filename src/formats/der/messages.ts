import type { Catalogue } from '../error.ts'

export const derMessages = {
  ERR_DER_TRUNCATED: { en: 'The DER data ends too early.', vi: 'Dữ liệu DER bị cắt cụt.' },
  ERR_DER_TRAILING_DATA: {
    en: 'There are {extra} bytes after the DER element.',
    vi: 'Có {extra} byte thừa sau phần tử DER.',
  },
  ERR_DER_LENGTH: {
    en: 'A DER length is not in its allowed form.',
    vi: 'Độ dài DER không đúng dạng cho phép.',
  },
  ERR_DER_TAG: { en: 'A DER tag is not in its allowed form.', vi: 'Thẻ DER không đúng dạng cho phép.' },
  ERR_DER_DEPTH: { en: 'The DER data is nested too deeply.', vi: 'Dữ liệu DER lồng nhau quá sâu.' },
  ERR_DER_NODES: { en: 'The DER data has too many elements.', vi: 'Dữ liệu DER có quá nhiều phần tử.' },
  ERR_DER_CONSTRUCTED_STRING: {
    en: 'A string is split into segments, which DER does not allow.',
    vi: 'Một chuỗi bị chia thành nhiều đoạn, DER không cho phép.',
  },
  ERR_DER_UNEXPECTED_TAG: {
    en: 'A DER element has another type than its place asks for.',
    vi: 'Một phần tử DER không đúng kiểu mà vị trí của nó đòi hỏi.',
  },
  ERR_DER_OID: {
    en: 'An object identifier is malformed or too long.',
    vi: 'Định danh đối tượng (OID) sai dạng hoặc quá dài.',
  },
  ERR_DER_BOOLEAN: { en: 'A BOOLEAN is not DER.', vi: 'Giá trị BOOLEAN không đúng DER.' },
  ERR_DER_INTEGER: {
    en: 'An INTEGER is not DER or out of range.',
    vi: 'Giá trị INTEGER không đúng DER hoặc vượt phạm vi.',
  },
  ERR_DER_BIT_STRING: { en: 'A BIT STRING is not DER.', vi: 'Giá trị BIT STRING không đúng DER.' },
  ERR_DER_STRING: {
    en: 'A character string has letters its type does not allow.',
    vi: 'Chuỗi có ký tự mà kiểu của nó không cho phép.',
  },
  ERR_DER_TIME: { en: 'A time is malformed or not in UTC.', vi: 'Thời gian sai dạng hoặc không theo UTC.' },
} as const satisfies Catalogue
