import type { SubIndication } from '../judgement.ts'
import { nextSteps } from './next-steps.ts'
import type { ReportText } from './schema.ts'

/** Why there is no PASSED, to stand behind what is known (“… còn nguyên vẹn, nhưng …”), and what to do next. */
export interface Problem {
  readonly why: ReportText
  readonly next: ReportText
}

const problem = (vi: string, en: string, step: keyof typeof nextSteps): Problem => ({
  why: { vi, en },
  next: nextSteps[step],
})

/** One designed phrase for each sub-indication of EN 319 102-1 V1.4.1, tables 5 and 6; words of judgement are left to `heads`. */
export const problems: Readonly<Record<SubIndication, Problem>> = {
  FORMAT_FAILURE: problem(
    'chữ ký không đúng chuẩn nên không được chấp nhận',
    'the signature departs from its format and is not accepted',
    'askSigner',
  ),
  HASH_FAILURE: problem(
    'nội dung không còn đúng như lúc ký',
    'the content is not what was signed any more',
    'original',
  ),
  SIG_CRYPTO_FAILURE: problem(
    'giá trị chữ ký không khớp với chứng thư của {who}',
    'the signature value does not fit the certificate of {who}',
    'original',
  ),
  REVOKED: problem(
    'chứng thư đã bị thu hồi trước khi ký',
    'the certificate had been revoked before it was used',
    'signAgain',
  ),
  EXPIRED: problem(
    'chứng thư đã hết hạn trước khi ký',
    'the certificate had expired before it was used',
    'signAgain',
  ),
  NOT_YET_VALID: problem(
    'chứng thư chưa có hiệu lực khi ký',
    'the certificate was not valid yet when it was used',
    'signAgain',
  ),
  SIG_CONSTRAINTS_FAILURE: problem(
    'chữ ký thiếu điều mà chính sách {policy} yêu cầu, hoặc có điều mà chính sách không chấp nhận',
    'the signature lacks, or has, something that the policy {policy} does not accept',
    'askSigner',
  ),
  CHAIN_CONSTRAINTS_FAILURE: problem(
    'chuỗi chứng thư không đạt yêu cầu của chính sách {policy}',
    'the chain of certificates does not meet the policy {policy}',
    'askSigner',
  ),
  CERTIFICATE_CHAIN_GENERAL_FAILURE: problem(
    'không xác minh được chuỗi chứng thư',
    'the chain of certificates could not be verified',
    'addTrust',
  ),
  CRYPTO_CONSTRAINTS_FAILURE: problem(
    'thuật toán hoặc độ dài khóa không đủ mạnh theo chính sách {policy}',
    'an algorithm or key size is too weak for the policy {policy}',
    'signAgainStronger',
  ),
  POLICY_PROCESSING_ERROR: problem(
    'không đọc được chính sách mà chữ ký viện dẫn',
    'the policy that the signature refers to could not be processed',
    'choosePolicy',
  ),
  SIGNATURE_POLICY_NOT_AVAILABLE: problem(
    'không có chính sách mà chữ ký viện dẫn',
    'the policy that the signature refers to is not at hand',
    'choosePolicy',
  ),
  TIMESTAMP_ORDER_FAILURE: problem(
    'các dấu thời gian mâu thuẫn về thứ tự',
    'the time-stamps contradict each other in their order',
    'askSigner',
  ),
  NO_SIGNING_CERTIFICATE_FOUND: problem(
    'không tìm thấy chứng thư của người ký',
    "the signer's certificate was not found",
    'addCertificate',
  ),
  NO_CERTIFICATE_CHAIN_FOUND: problem(
    'chưa rõ nơi cấp chứng thư có đáng tin cậy hay không',
    'whether the issuer of the certificate can be trusted is not known',
    'addTrust',
  ),
  NO_CERTIFICATE_CHAIN_FOUND_NO_POE: problem(
    'chưa rõ nơi cấp chứng thư có đáng tin cậy vào lúc ký hay không',
    'whether the issuer of the certificate could be trusted at signing is not known',
    'addTrust',
  ),
  REVOKED_NO_POE: problem(
    'chứng thư nay đã bị thu hồi và không có gì chứng tỏ chữ ký có từ trước đó',
    'the certificate has been revoked since, and nothing proves that the signature is older',
    'findProof',
  ),
  REVOKED_CA_NO_POE: problem(
    'chứng thư của nơi cấp nay đã bị thu hồi và không có gì chứng tỏ chữ ký có từ trước đó',
    "the issuer's certificate has been revoked since, and nothing proves that the signature is older",
    'findProof',
  ),
  OUT_OF_BOUNDS_NOT_REVOKED: problem(
    'chứng thư nay đã hết hạn (không bị thu hồi) và không có gì chứng tỏ chữ ký có từ trước đó',
    'the certificate has expired since (it was not revoked), and nothing proves that the signature is older',
    'findProof',
  ),
  OUT_OF_BOUNDS_NO_POE: problem(
    'chứng thư không có hiệu lực vào lúc kiểm tra và không có gì chứng tỏ chữ ký được tạo khi chứng thư còn hiệu lực',
    'the certificate is not valid at the time of judging, and nothing proves that the signature was made while it was',
    'findProof',
  ),
  REVOCATION_OUT_OF_BOUNDS_NO_POE: problem(
    'dữ liệu thu hồi do một chứng thư đã hết hạn ký và không có gì chứng tỏ dữ liệu có từ trước đó',
    'the revocation data is signed by a certificate that has expired, and nothing proves that it is older',
    'addRevocation',
  ),
  CRYPTO_CONSTRAINTS_FAILURE_NO_POE: problem(
    'thuật toán nay không còn đủ mạnh và không có gì chứng tỏ chữ ký có từ trước đó',
    'an algorithm is not strong enough any more, and nothing proves that the signature is older',
    'findProof',
  ),
  NO_POE: problem(
    'không có gì chứng tỏ chữ ký được tạo vào lúc mọi điều kiện còn đúng',
    'nothing proves that the signature was made while everything held',
    'findProof',
  ),
  TRY_LATER: problem(
    'chưa kiểm tra được chứng thư có bị thu hồi hay không',
    'whether the certificate has been revoked could not be checked',
    'addRevocation',
  ),
  SIGNED_DATA_NOT_FOUND: problem(
    'không có tài liệu đã được ký để đối chiếu',
    'the document that was signed is not at hand',
    'addContent',
  ),
  CUSTOM: problem(
    'có điều chưa đạt chính sách {policy}',
    'something does not meet the policy {policy}',
    'askSigner',
  ),
}

/** FORMAT_FAILURE of a PDF that was changed after it was signed. */
export const changedAfterSigning: Problem = problem(
  'tài liệu đã bị sửa đổi sau khi ký, ngoài phạm vi cho phép',
  'the document was changed after it was signed, beyond what is allowed',
  'original',
)

/** A certificate on hold: the authority may still lift or make final what it said. */
export const suspended: Problem = {
  why: {
    vi: 'chứng thư đang bị tạm dừng',
    en: 'the certificate is suspended',
  },
  next: {
    vi: 'hãy hỏi nơi cấp {issuer} và kiểm tra lại sau',
    en: 'ask {issuer}, which issued it, and judge it again later',
  },
}

/** Revocation data that says nothing of now any more. */
export const staleRevocation: Problem = problem(
  'dữ liệu thu hồi đã cũ nên chưa biết chứng thư có bị thu hồi hay không',
  'the revocation data is too old to say whether the certificate has been revoked',
  'addRevocation',
)

/** Where the engine gives no sub-indication. */
export const unexplained: Problem = problem(
  'có điều chưa đạt yêu cầu',
  'something does not meet the requirements',
  'askSigner',
)

export const heads = {
  passed: { vi: 'HỢP LỆ', en: 'VALID' },
  failed: { vi: 'KHÔNG HỢP LỆ', en: 'NOT VALID' },
  indeterminate: { vi: 'CHƯA KẾT LUẬN ĐƯỢC', en: 'CANNOT BE TOLD' },
  unsigned: { vi: 'CHƯA KÝ', en: 'UNSIGNED' },
  unreadable: { vi: 'KHÔNG ĐỌC ĐƯỢC', en: 'UNREADABLE' },
} as const satisfies Record<string, ReportText>

type Known = 'true' | 'false' | 'null'

const unchanged: ReportText = { vi: '{what} còn nguyên vẹn, nhưng ', en: '{what} is unchanged, but ' }

const altered: ReportText = {
  vi: '{what} hoặc chữ ký đã bị thay đổi; ',
  en: '{what} or the signature was altered; ',
}

/**
 * What is known where there is no PASSED, by two facts: intact and trusted. The third, valid at that time, is in the
 * problem itself.
 */
export const known: Readonly<Record<`${Known}-${Known}`, ReportText>> = {
  'true-true': {
    vi: '{what} còn nguyên vẹn và nơi cấp chứng thư đáng tin cậy, nhưng ',
    en: '{what} is unchanged and the issuer of the certificate is trusted, but ',
  },
  'true-false': unchanged,
  'true-null': unchanged,
  'null-true': {
    vi: 'nơi cấp chứng thư đáng tin cậy, nhưng ',
    en: 'the issuer of the certificate is trusted, but ',
  },
  'null-false': { vi: '', en: '' },
  'null-null': { vi: '', en: '' },
  'false-true': altered,
  'false-false': altered,
  'false-null': altered,
}

/** PASSED, by whether a time-stamp proves the time, and whether revocation was checked. */
export const passedFacts: Readonly<Record<`${'stamped' | 'claimed'}-${boolean}`, ReportText>> = {
  'stamped-true': {
    vi: '{what} còn nguyên vẹn, chứng thư đáng tin cậy và có hiệu lực khi ký; có thể sử dụng',
    en: '{what} is unchanged, the certificate is trusted and was valid at signing; it may be used',
  },
  'stamped-false': {
    vi: '{what} còn nguyên vẹn, chứng thư đáng tin cậy và còn trong hạn khi ký, nhưng chưa kiểm tra chứng thư có bị thu hồi hay không; muốn chắc chắn, hãy kiểm tra lại với dữ liệu thu hồi (--data hoặc --online)',
    en: '{what} is unchanged, the certificate is trusted and was within its dates at signing, but whether it had been revoked was not checked; to be sure, judge it again with revocation data (--data or --online)',
  },
  'claimed-true': {
    vi: '{what} còn nguyên vẹn, chứng thư đáng tin cậy và có hiệu lực vào lúc kiểm tra; có thể sử dụng, nên gắn dấu thời gian nếu cần lưu lâu dài',
    en: '{what} is unchanged, the certificate is trusted and valid at the time of judging; it may be used, and should be time-stamped if it is to be kept',
  },
  'claimed-false': {
    vi: '{what} còn nguyên vẹn, chứng thư đáng tin cậy và còn trong hạn vào lúc kiểm tra, nhưng chưa kiểm tra chứng thư có bị thu hồi hay không; muốn chắc chắn, hãy kiểm tra lại với dữ liệu thu hồi (--data hoặc --online)',
    en: '{what} is unchanged, the certificate is trusted and within its dates at the time of judging, but whether it has been revoked was not checked; to be sure, judge it again with revocation data (--data or --online)',
  },
}
