import { createHash } from 'node:crypto'
import { builtInPolicyNames } from '../../verifier/index.ts'
import { docsScript } from './script.ts'
import { docsStyle } from './style.ts'

const body = `
<header>
  <h1>Ấn Ký</h1>
  <p>Dùng thử giao diện ký số và kiểm tra hồ sơ bệnh án. <span lang="en">Try signing and judging.</span></p>
  <p id="health" role="status"></p>
</header>
<main>
  <form id="sign" autocomplete="off">
    <h2>Ký một tài liệu <small lang="en">Sign a document</small></h2>
    <label>Khóa API <small lang="en">API key</small>
      <input id="key" type="password" required spellcheck="false"></label>
    <button type="button" id="load">Tải danh sách chứng thư <small lang="en">Load credentials</small></button>
    <label>Chứng thư <small lang="en">Credential</small>
      <select id="credential" required disabled></select></label>
    <label>Tài liệu <small lang="en">Document</small> <input id="document" type="file" required></label>
    <label>Mức chữ ký <small lang="en">Level</small>
      <select id="level"><option>B-B</option><option>B-T</option></select></label>
    <label>Lý do (PDF) <small lang="en">Reason</small> <input id="reason" maxlength="500"></label>
    <label>Vị trí hiển thị (PDF): trang,x,y,rộng,cao <small lang="en">Visible: page,x,y,width,height</small>
      <input id="visible" placeholder="-1,36,36,220,80" pattern="-?[0-9]+(,-?[0-9]+(\\.[0-9]+)?){4}"></label>
    <label id="pin-label" hidden>Mã PIN của người ký <small lang="en">The signer's PIN</small>
      <input id="pin" type="password"></label>
    <button type="submit">Ký <small lang="en">Sign</small></button>
  </form>
  <form id="verify" autocomplete="off">
    <h2>Kiểm tra một tệp đã ký <small lang="en">Judge a signed file</small></h2>
    <p>Dùng khóa API ở trên. <span lang="en">With the API key above.</span></p>
    <label>Tệp đã ký hoặc chữ ký <small lang="en">Signed file or signature</small>
      <input id="signed" type="file" required></label>
    <label>Tài liệu của chữ ký tách rời <small lang="en">What a detached signature is about</small>
      <input id="content" type="file"></label>
    <label>Chính sách <small lang="en">Policy</small>
      <select id="policy">${builtInPolicyNames.map((name) => `<option>${name}</option>`).join('')}</select></label>
    <button type="submit">Kiểm tra <small lang="en">Judge</small></button>
  </form>
  <section aria-live="polite">
    <h2>Kết quả <small lang="en">Result</small></h2>
    <p id="download"></p>
    <pre id="result"></pre>
  </section>
  <section>
    <h2>Các địa chỉ <small lang="en">Routes</small></h2>
    <table><tbody id="routes"></tbody></table>
    <p><a href="/openapi.json">OpenAPI 3.1</a></p>
  </section>
</main>`

const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

/** One page without anything from elsewhere; script and style are named by their digests (CSP level 3, 8.4). */
export const docsPage = {
  html: `<!doctype html>
<html lang="vi">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Ấn Ký</title>
<style>${docsStyle}</style>
</head>
<body>${body}
<script>${docsScript}</script>
</body>
</html>
`,
  headers: {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy': [
      "default-src 'none'",
      `script-src ${hash(docsScript)}`,
      `style-src ${hash(docsStyle)}`,
      "connect-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
  },
}
