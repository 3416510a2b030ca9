import type { Message } from '../formats/index.ts'
import type { PathConstraint } from './policy.ts'

/** What a certification path breaks whatever the time, by `PathProblem.code`. */
export const pathMessages = {
  PATH_NO_PATH: {
    vi: 'Không dựng được chuỗi chứng thư từ “{certificate}”.',
    en: 'There is no chain of certificates from “{certificate}”.',
  },
  PATH_BUDGET_EXHAUSTED: {
    vi: 'Có quá nhiều chuỗi chứng thư có thể có từ “{certificate}” để xét hết.',
    en: 'There are too many possible chains from “{certificate}” to try them all.',
  },
  PATH_SIGNATURE_INVALID: {
    vi: 'Chứng thư “{certificate}” không phải do nơi cấp ghi trong đó ký.',
    en: 'The certificate “{certificate}” was not signed by its issuer.',
  },
  PATH_ALGORITHM_UNSUPPORTED: {
    vi: 'Chứng thư “{certificate}” được ký bằng thuật toán không được hỗ trợ ({detail}).',
    en: 'The certificate “{certificate}” was signed with an algorithm that is not supported ({detail}).',
  },
  PATH_NAME_CHAINING: {
    vi: 'Tên nơi cấp của “{certificate}” không khớp với chứng thư cấp trên.',
    en: "The issuer's name in “{certificate}” is not that of the certificate above.",
  },
  PATH_NOT_A_CA: {
    vi: 'Chứng thư “{certificate}” không được phép cấp chứng thư khác.',
    en: 'The certificate “{certificate}” may not issue certificates.',
  },
  PATH_PATH_LENGTH: {
    vi: 'Chuỗi chứng thư dài hơn mức mà “{certificate}” cho phép.',
    en: 'The chain is longer than the certificate “{certificate}” allows.',
  },
  PATH_KEY_USAGE: {
    vi: 'Chứng thư “{certificate}” không được phép ký loại này (keyUsage).',
    en: 'The certificate “{certificate}” may not sign this (keyUsage).',
  },
  PATH_UNKNOWN_CRITICAL_EXTENSION: {
    vi: 'Chứng thư “{certificate}” có phần mở rộng bắt buộc chưa biết ({detail}).',
    en: 'The certificate “{certificate}” has a critical extension that is not known ({detail}).',
  },
  PATH_NAME_CONSTRAINTS: {
    vi: 'Tên trong chứng thư “{certificate}” nằm ngoài phạm vi nơi cấp được phép ({detail}).',
    en: 'A name in “{certificate}” is outside what its issuer may issue for ({detail}).',
  },
  PATH_NAME_CONSTRAINTS_UNSUPPORTED: {
    vi: 'Giới hạn tên trong “{certificate}” thuộc loại không được hỗ trợ ({detail}).',
    en: 'The name constraints of “{certificate}” are of a kind that is not supported ({detail}).',
  },
  PATH_POLICY: {
    vi: 'Chính sách chứng thư trong chuỗi không hợp lệ tại “{certificate}”.',
    en: 'The certificate policies of the chain do not hold at “{certificate}”.',
  },
  PATH_POLICY_MAPPING_ANY: {
    vi: 'Chứng thư “{certificate}” ánh xạ chính sách anyPolicy, trái với chuẩn.',
    en: 'The certificate “{certificate}” maps anyPolicy, which is forbidden.',
  },
  PATH_EXTENSION_MALFORMED: {
    vi: 'Một phần mở rộng của chứng thư “{certificate}” sai cấu trúc ({detail}).',
    en: 'An extension of the certificate “{certificate}” is malformed ({detail}).',
  },
  PATH_CERTIFICATE_VERSION: {
    vi: 'Chứng thư “{certificate}” có phiên bản không phù hợp.',
    en: 'The certificate “{certificate}” is of a version that does not fit.',
  },
  PATH_EXT_KEY_USAGE: {
    vi: 'Chứng thư “{certificate}” không được cấp cho mục đích này (extendedKeyUsage).',
    en: 'The certificate “{certificate}” was not issued for this use (extendedKeyUsage).',
  },
} as const satisfies Readonly<Record<`PATH_${PathConstraint}`, Message>>
