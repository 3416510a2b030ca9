import type { ReportText } from './schema.ts'

/** What to do where a signature is not simply good; `{…}` as in the phrases of problems. */
export const nextSteps = {
  original: {
    vi: 'đừng dùng tệp này, hãy xin lại bản gốc đã ký',
    en: 'do not use this file, ask for the original as it was signed',
  },
  signAgain: {
    vi: 'hãy yêu cầu ký lại bằng chứng thư còn hiệu lực',
    en: 'have it signed again with a certificate that is valid',
  },
  signAgainStronger: {
    vi: 'hãy yêu cầu ký lại bằng thuật toán hiện hành',
    en: 'have it signed again with a current algorithm',
  },
  askSigner: {
    vi: 'hãy hỏi người ký hoặc nơi gửi tệp; lý do chi tiết ở bên dưới',
    en: 'ask the signer or whoever sent the file; the reasons stand below',
  },
  addTrust: {
    vi: 'nếu đơn vị tin cậy nơi cấp {issuer}, hãy bổ sung chứng thư gốc của nơi cấp đó (--trust) và chứng thư trung gian (--data)',
    en: 'if your organisation trusts {issuer}, add its root certificate (--trust) and intermediate ones (--data)',
  },
  addRevocation: {
    vi: 'hãy bổ sung dữ liệu thu hồi (--data) hoặc cho phép tra cứu qua mạng (--online); nếu chấp nhận bỏ qua, dùng --policy no-revocation',
    en: 'add revocation data (--data) or allow it to be fetched (--online); to go without, use --policy no-revocation',
  },
  addContent: {
    vi: 'hãy kiểm tra lại cùng với tài liệu gốc (--detached)',
    en: 'judge it again together with the document that was signed (--detached)',
  },
  addCertificate: {
    vi: 'hãy bổ sung chứng thư của người ký (--data)',
    en: "add the signer's certificate (--data)",
  },
  findProof: {
    vi: 'hãy tìm bản có dấu thời gian, hoặc yêu cầu ký lại',
    en: 'look for a copy with a time-stamp, or have it signed again',
  },
  choosePolicy: {
    vi: 'hãy kiểm tra lại với chính sách phù hợp (--policy)',
    en: 'judge it again under the right policy (--policy)',
  },
} as const satisfies Record<string, ReportText>
