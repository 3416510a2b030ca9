const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** Whether a text is a UUID; anything else is the id of nothing, and is never put into a statement. */
export const isUuid = (text: string): boolean => uuid.test(text)

export const isSha256 = (text: string): boolean => /^[0-9a-f]{64}$/.test(text)
