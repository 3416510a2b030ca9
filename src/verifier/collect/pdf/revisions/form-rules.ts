import {
  isName,
  PdfDict,
  type PdfObject,
  PdfRef,
  PdfStream,
  type RevisionView,
} from '../../../../formats/index.ts'
import { changedKeys } from './changed-keys.ts'
import { follow } from './follow.ts'
import { isResourceAddition } from './resources-rule.ts'
import { additionsTo } from './same-value.ts'
import type { Change, StepReview } from './step-review.ts'
import { isBare, isInvisible, listWidgetNumbers, listWidgets } from './widgets.ts'

/** Signature values that one revision brought: by the number of the object that holds the dictionary. */
export type SignatureValues = (num: number) => 'signature' | 'time-stamp' | null

/** Resources that writers put into a form together with its first field. */
const firstFormKeys = new Set(['Fields', 'SigFlags', 'DR', 'DA', 'NeedAppearances'])
/** Entries of a field or widget that signing it fills in. */
const signingKeys = new Set(['V', 'AP', 'F', 'M', 'P', 'Type', 'Subtype'])

/**
 * What a further signature does to the form (ISO 32000-2, 12.7.3 and 12.7.5.5): new fields with a value of this
 * revision, values in empty ones.
 */
export class FormRules {
  readonly #review: StepReview
  readonly #values: SignatureValues
  /** Fields and widgets that this revision signed or that wait for a signature, by number. */
  readonly #signedWidgets = new Set<number>()

  constructor(review: StepReview, values: SignatureValues) {
    this.#review = review
    this.#values = values
  }

  /** Whether an object is a field or widget of a signature that this revision brought; others may not come onto a page. */
  isSignedWidget(num: number): boolean {
    return this.#signedWidgets.has(num)
  }

  /** Whether /AcroForm of the catalog changed as a further signature changes it. */
  reviewForm(before: PdfObject | undefined, after: PdfObject | undefined): boolean {
    const { value: was, nums: old } = follow(this.#review.before, before)
    const { value: is, nums: now } = follow(this.#review.after, after)
    if (!(is instanceof PdfDict) || !(was === null || was instanceof PdfDict)) return false
    const earlier = was ?? new PdfDict()
    const isForSignaturesAlone = (): boolean => !this.#hadOtherFields(earlier)
    const isAllowed = (key: string): boolean => {
      if (key === 'Fields') return this.#reviewList(earlier.get(key), is.get(key))
      if (key === 'SigFlags') return isMoreFlags(earlier.get(key), is.get(key))
      if (key === 'NeedAppearances') {
        // looks that were drawn anew until now may show something else
        const wasSet = this.#review.before.resolve(earlier.get(key)) === true
        return this.#review.after.resolve(is.get(key)) !== true && (!wasSet || isForSignaturesAlone())
      }
      if (
        key === 'DR' &&
        isResourceAddition(this.#review, earlier.get(key), is.get(key), isForSignaturesAlone())
      )
        return true
      if (key === 'CO') return isEmptyArray(this.#review.after.resolve(is.get(key)))
      return firstFormKeys.has(key) && !earlier.has(key) && isForSignaturesAlone()
    }
    // An array of fields that is an object of its own can change without the form's.
    const sameArray = this.#reviewList(earlier.get('Fields'), is.get('Fields'))
    if (!sameArray || !changedKeys(this.#review, earlier, is).every(isAllowed)) return false
    for (const num of [...old, ...now]) this.#review.claim(num, 'ltv', 'form', old.includes(num) ? null : 0)
    for (const key of ['DR', 'DA', 'CO']) this.#claimAdded(is.get(key), 'ltv', 'form')
    return true
  }

  /** Whether there were fields whose look may depend on what the form says for all. */
  #hadOtherFields(form: PdfDict): boolean {
    const { items } = this.#listOf(this.#review.before, form.get('Fields'))
    return !items.every((item) => {
      const field = this.#review.before.resolve(item)
      return field instanceof PdfDict && isName(this.#review.before.resolve(field.get('FT')), 'Sig')
    })
  }

  /** Values that were filled into empty signature fields, and fields that became kids of others. */
  reviewFields(): void {
    for (const change of this.#review.changes.values()) {
      const { before, after } = change
      if (before instanceof PdfDict && after instanceof PdfDict) this.#reviewField(change, before, after)
    }
  }

  #reviewField(change: Change, before: PdfDict, after: PdfDict): void {
    const changed = changedKeys(this.#review, before, after)
    if (changed.length === 1 && changed[0] === 'Kids' && before.has('T') && !before.has('Type')) {
      if (this.#reviewList(before.get('Kids'), after.get('Kids')))
        this.#review.claim(change.num, 'ltv', 'form')
      return
    }
    if (!changed.every((key) => signingKeys.has(key))) return
    if (['Type', 'Subtype', 'P'].some((key) => changed.includes(key) && before.has(key))) return
    const field = this.#emptyField(before)
    if (!field) return
    const value = field === before ? after.get('V') : this.#valueAfter(before)
    const level = this.#levelOf(value, change.num)
    if (!level) return
    const showsStamp = level === 'ltv' && !isInvisible(this.#review.after, after)
    if (showsStamp && changed.some((key) => key === 'AP' || key === 'F')) return
    this.#review.claim(change.num, level, 'signature-field')
    this.#signedWidgets.add(change.num)
    if (field === before) this.#claimAdded(value, level, 'signature')
    if (showsStamp) return
    this.#claimAdded(after.get('AP'), level, 'appearance')
    this.#claimAppearance(before.get('AP'), level)
  }

  /** The signature field without a value that a dictionary is, or whose widget it is. */
  #emptyField(dict: PdfDict): PdfDict | null {
    const view = this.#review.before
    let field: PdfObject = dict
    for (let depth = 0; depth < 8 && field instanceof PdfDict; depth++) {
      if (view.resolve(field.get('V')) !== null) return null
      if (isName(view.resolve(field.get('FT')), 'Sig')) return field
      if (field.has('T') && field.has('FT')) return null
      field = view.resolve(field.get('Parent'))
    }
    return null
  }

  /** The value that a widget's field has now. */
  #valueAfter(widget: PdfDict): PdfObject | undefined {
    const parent = this.#review.after.resolve(widget.get('Parent'))
    return parent instanceof PdfDict ? parent.get('V') : undefined
  }

  /** Whether a list of fields only grew, by fields that were signed in this revision. */
  #reviewList(before: PdfObject | undefined, after: PdfObject | undefined): boolean {
    const old = this.#listOf(this.#review.before, before)
    const now = this.#listOf(this.#review.after, after)
    const added = additionsTo(old.items, now.items)
    if (!added?.every((item) => this.#reviewNewField(item))) return false
    const holders = new Set([...old.nums, ...now.nums])
    for (const num of holders) this.#review.claim(num, 'ltv', 'form', old.nums.includes(num) ? 1 : 0)
    return true
  }

  #listOf(
    view: RevisionView,
    object: PdfObject | undefined,
  ): { items: readonly PdfObject[]; nums: number[] } {
    const { value, nums } = follow(view, object)
    return { items: Array.isArray(value) ? value : [], nums }
  }

  #reviewNewField(item: PdfObject): boolean {
    const review = this.#review
    if (!(item instanceof PdfRef)) return false
    if (this.#signedWidgets.has(item.num)) return true
    const field = review.after.resolve(item)
    if (!review.isAdded(item.num) || !(field instanceof PdfDict)) return false
    if (!isName(review.after.resolve(field.get('FT')), 'Sig')) return false
    const level = this.#levelOfNew(field, item.num)
    if (!level) return false
    review.claim(item.num, level, 'signature-field', 0)
    for (const num of listWidgetNumbers(review.after, item))
      if (review.isAdded(num)) this.#signedWidgets.add(num)
    for (const [key, value] of field.entries) {
      if (key === 'P' || key === 'Parent') continue
      this.#claimAdded(
        value,
        level,
        key === 'V' ? 'signature' : key === 'AP' ? 'appearance' : 'signature-field',
      )
    }
    return true
  }

  /** A field that waits for its signature is part of signing where it shows nothing yet. */
  #levelOfNew(field: PdfDict, num: number): 'ltv' | 'signing' | null {
    const widgets = listWidgets(this.#review.after, field)
    if (!widgets) return null
    if (!field.has('V')) return widgets.every(isBare) ? 'signing' : null
    const level = this.#levelOf(field.get('V'), num)
    // A time-stamp has nothing to show: anybody can get one, and draw with it over what was signed.
    const isHidden = widgets.every((widget) => isInvisible(this.#review.after, widget))
    return level === 'ltv' && !isHidden ? null : level
  }

  #levelOf(value: PdfObject | undefined, field: number): 'ltv' | 'signing' | null {
    const kind = this.#values(value instanceof PdfRef ? value.num : field)
    return kind && (kind === 'signature' ? 'signing' : 'ltv')
  }

  /** Explains the objects that are new in this revision and that a new part of it leads to. */
  #claimAdded(root: PdfObject | undefined, level: 'ltv' | 'signing', kind: string): void {
    const review = this.#review
    const waiting: PdfObject[] = root === undefined ? [] : [root]
    while (waiting.length > 0) {
      const object = waiting.pop()!
      if (object instanceof PdfRef) {
        if (!review.isAdded(object.num) || review.isClaimed(object.num)) continue
        review.claim(object.num, level, kind, 0)
        waiting.push(review.after.get(object))
      } else if (object instanceof PdfStream) waiting.push(object.dict)
      else if (object instanceof PdfDict) {
        for (const [key, value] of object.entries) if (key !== 'P' && key !== 'Parent') waiting.push(value)
      } else if (Array.isArray(object)) for (const item of object as readonly PdfObject[]) waiting.push(item)
    }
  }

  /** Explains new contents of the appearance that an empty field had for itself. */
  #claimAppearance(before: PdfObject | undefined, level: 'ltv' | 'signing'): void {
    const { value, nums } = follow(this.#review.before, before)
    const states = value instanceof PdfDict ? ['N', 'R', 'D'].map((key) => value.get(key)) : []
    const held = [...nums, ...states.flatMap((state) => (state instanceof PdfRef ? [state.num] : []))]
    for (const num of held) {
      if (!this.#review.changes.has(num)) continue
      const holders = new Map(nums.filter((holder) => holder !== num).map((holder) => [holder, 1]))
      this.#review.claim(num, level, 'appearance', 1, holders)
      const after = this.#review.after.object(num)
      this.#claimAdded(after instanceof PdfStream ? after.dict : after, level, 'appearance')
    }
  }
}

const isEmptyArray = (value: PdfObject): boolean => Array.isArray(value) && value.length === 0

/** SignaturesExist and AppendOnly may be set, never cleared (ISO 32000-2, table 225). */
function isMoreFlags(before: PdfObject | undefined, after: PdfObject | undefined): boolean {
  const [was, is] = [before ?? 0, after]
  return typeof was === 'number' && typeof is === 'number' && (is & was) === was && (is & ~was & ~3) === 0
}
