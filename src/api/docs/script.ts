/** The page's script; it keeps the API key and PIN nowhere but in their fields. */
export const docsScript = String.raw`
'use strict'
const at = (id) => document.getElementById(id)
const show = (text) => { at('result').textContent = text }
const bearer = () => ({ authorization: 'Bearer ' + at('key').value.trim() })

async function ask(path, options) {
  const answer = await fetch(path, options)
  if (answer.ok) return answer
  const problem = await answer.json()
  throw new Error(problem.messageVi + '\n' + problem.detail + '\n' + problem.code + ' · ' + problem.requestId)
}

const hex = (bytes) => Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('')

async function loadCredentials() {
  const { credentials } = await (await ask('/v1/credentials', { headers: bearer() })).json()
  at('credential').replaceChildren(...credentials.map((credential) => {
    const option = new Option(credential.holder + ' (' + credential.algorithm + ', ' + credential.keyProtection + ')')
    option.value = credential.id
    option.dataset.kind = credential.kind
    return option
  }))
  at('credential').disabled = credentials.length === 0
  choose()
}

function choose() {
  at('pin-label').hidden = at('credential').selectedOptions[0]?.dataset.kind !== 'staff'
}

async function activate(credential, bytes) {
  const digest = hex(await crypto.subtle.digest('SHA-256', bytes))
  const body = JSON.stringify({ credential, documents: [digest], pin: at('pin').value })
  at('pin').value = ''
  const headers = { ...bearer(), 'content-type': 'application/json' }
  const { activation } = await (await ask('/v1/activations', { method: 'POST', headers, body })).json()
  return { 'anky-activation': activation }
}

async function sign() {
  const file = at('document').files[0]
  const bytes = await file.arrayBuffer()
  const isPdf = file.name.toLowerCase().endsWith('.pdf')
  const credential = at('credential').value
  const query = new URLSearchParams({ credential, level: at('level').value })
  for (const name of isPdf ? ['reason', 'visible'] : []) if (at(name).value) query.set(name, at(name).value)
  const activation = at('pin-label').hidden ? {} : await activate(credential, bytes)
  const type = isPdf ? 'application/pdf' : 'application/octet-stream'
  const headers = { ...bearer(), ...activation, 'content-type': type }
  const answer = await ask('/v1/sign?' + query, { method: 'POST', headers, body: bytes })
  const link = document.createElement('a')
  link.href = URL.createObjectURL(await answer.blob())
  link.download = file.name + (isPdf ? '.signed.pdf' : '.p7s')
  link.textContent = link.download
  at('download').replaceChildren('Đã ký. Tải về: ', link)
  show([...answer.headers].filter(([name]) => /^(anky-|content-digest|x-request-id)/.test(name))
    .map(([name, value]) => name + ': ' + value).join('\n'))
}

async function verify() {
  const [signed, content] = [at('signed').files[0], at('content').files[0]]
  const form = new FormData()
  form.append('signature', signed)
  if (content) form.append('document', content)
  const headers = { ...bearer(), ...(content ? {} : { 'content-type': 'application/octet-stream' }) }
  const query = new URLSearchParams({ policy: at('policy').value })
  const answer = await ask('/v1/verifications?' + query, { method: 'POST', headers, body: content ? form : signed })
  const { sentence, ...report } = await answer.json()
  show(sentence.vi + '\n' + sentence.en + '\n\n' + JSON.stringify(report, null, 2))
}

const run = (work) => async (event) => {
  event.preventDefault()
  show('…')
  at('download').replaceChildren()
  try {
    await work()
    if (at('result').textContent === '…') show('')
  } catch (error) {
    show(error.message)
  }
}

at('load').addEventListener('click', run(loadCredentials))
at('sign').addEventListener('submit', run(sign))
at('verify').addEventListener('submit', run(verify))
at('credential').addEventListener('change', choose)

fetch('/healthz').then((answer) => answer.json()).then((health) => {
  at('health').textContent = [health.environment, health.database.label, health.keys.label].join(' · ')
})
fetch('/openapi.json').then((answer) => answer.json()).then(({ paths }) => {
  for (const [path, methods] of Object.entries(paths)) for (const [method, route] of Object.entries(methods)) {
    const row = at('routes').insertRow()
    for (const text of [method.toUpperCase(), path, route.summary]) row.insertCell().textContent = text
  }
})
`
