/** CMS content types and attributes (RFC 5652, RFC 3161, RFC 5035, RFC 6211). */
export const ID_DATA = '1.2.840.113549.1.7.1'
export const CONTENT_TYPE = '1.2.840.113549.1.9.3'
export const MESSAGE_DIGEST = '1.2.840.113549.1.9.4'
export const SIGNING_TIME = '1.2.840.113549.1.9.5'
export const CMS_ALGORITHM_PROTECTION = '1.2.840.113549.1.9.52'
export const SIGNING_CERTIFICATE = '1.2.840.113549.1.9.16.2.12'
export const SIGNATURE_TIME_STAMP = '1.2.840.113549.1.9.16.2.14'
export const SIGNING_CERTIFICATE_V2 = '1.2.840.113549.1.9.16.2.47'
export const TST_INFO = '1.2.840.113549.1.9.16.1.4'

/** Extended key usages (RFC 5280, 4.2.1.12). */
export const SERVER_AUTH = '1.3.6.1.5.5.7.3.1'
export const CODE_SIGNING = '1.3.6.1.5.5.7.3.3'
export const TIME_STAMPING = '1.3.6.1.5.5.7.3.8'
export const OCSP_SIGNING = '1.3.6.1.5.5.7.3.9'
