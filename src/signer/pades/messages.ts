import type { Catalogue } from '../../formats/index.ts'

/** What can go wrong between a PDF document and its signature. */
export const padesMessages = {} as const satisfies Catalogue
