type Formats = typeof import('../../src/formats/index.ts')
type Trust = typeof import('../../src/trust/index.ts')
type Verifier = typeof import('../../src/verifier/index.ts')
type Sandbox = typeof import('../../src/sandbox/index.ts')

const load = (folder: string): Promise<unknown> =>
  import(new URL(`../../dist/${folder}/index.js`, import.meta.url).href)

/** The judges as they are delivered, from dist/: what runs TypeScript directly adds work of its own to every closure. */
export const built = {
  formats: (await load('formats')) as Formats,
  trust: (await load('trust')) as Trust,
  verifier: (await load('verifier')) as Verifier,
  sandbox: (await load('sandbox')) as Sandbox,
}
