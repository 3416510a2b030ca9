/** The code with which `action` is refused, or `accepted`. */
export function codeOf(action: () => unknown): unknown {
  try {
    action()
  } catch (error) {
    return (error as { code?: unknown }).code ?? error
  }
  return 'accepted'
}
