import { SaxesParser } from 'saxes'

/** An element without its namespace prefix: attributes, child elements, and the text directly inside. */
export class Element {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: Element[] = []
  text = ''

  constructor(name: string, attributes: Readonly<Record<string, string>>) {
    this.name = name
    this.attributes = attributes
  }

  /** All that lie under a path of names: `CertificateChain/ChainItem`. */
  all(path: string): Element[] {
    const [name, ...rest] = path.split('/')
    const found = this.children.filter((child) => child.name === name)
    return rest.length === 0 ? found : found.flatMap((child) => child.all(rest.join('/')))
  }

  first(path: string): Element | undefined {
    return this.all(path)[0]
  }

  /** Text of the first; null where there is none. */
  value(path: string): string | null {
    const text = this.first(path)?.text.trim()
    return text === undefined || text === '' ? null : text
  }

  /** An attribute of the first. */
  attribute(path: string, name: string): string | null {
    return this.first(path)?.attributes[name] ?? null
  }

  isTrue(path: string): boolean {
    return this.value(path) === 'true'
  }
}

/** Reads a whole document; entities are not resolved. Throws what saxes throws for XML that is not well-formed. */
export function parseXml(bytes: Uint8Array): Element {
  const parser = new SaxesParser()
  const root = new Element('', {})
  const open = [root]
  const top = (): Element => open[open.length - 1]!
  parser.on('opentag', ({ name, attributes }) => {
    const element = new Element(name.replace(/^.*:/, ''), attributes)
    top().children.push(element)
    open.push(element)
  })
  parser.on('closetag', () => void open.pop())
  parser.on('text', (text) => {
    top().text += text
  })
  parser.write(new TextDecoder().decode(bytes).replace(/^\uFEFF/, '')).close()
  return root.children[0]!
}
