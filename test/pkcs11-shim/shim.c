/*
 * A PKCS#11 module that forwards to another one and misbehaves on request:
 *
 *   SHIM_MODULE     path of the real module
 *   SHIM_DELAY_MS   C_Sign takes this much longer
 *   SHIM_FAIL       NAME:CKR:N[,…]  the N-th call of NAME returns CKR without reaching the module; N = 0: every call
 *   SHIM_HANG       NAME:N          the N-th call of NAME never returns
 *   SHIM_WRONG      N               the N-th value of C_Sign has a bit flipped
 *   SHIM_ONCE       path            faults happen only while this file exists; the first one removes it
 *   SHIM_LOG        path            every call of C_Login and every C_Sign that reached the module is written down
 */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

typedef unsigned long word;
typedef word (*call)(word, word, word, word, word, word, word, word);

/* CK_FUNCTION_LIST of v2.40: a version, then 68 pointers in the order of the standard. */
struct list {
  unsigned char major, minor;
  call functions[68];
};

static struct list *real, ours;

static int applies(void) {
  const char *once = getenv("SHIM_ONCE");
  return !once || unlink(once) == 0;
}

static void note(const char *line) {
  const char *path = getenv("SHIM_LOG");
  FILE *file = path ? fopen(path, "a") : NULL;
  if (!file) return;
  fprintf(file, "%s\n", line);
  fclose(file);
}

static void pause_ms(long ms) {
  struct timespec left = {ms / 1000, (ms % 1000) * 1000000L};
  while (nanosleep(&left, &left) != 0) {
  }
}

/* Whether the rules in `variable` name this call; `*ckr` is what it is to return. */
static int ruled(const char *variable, const char *name, long count, word *ckr) {
  const char *rule = getenv(variable);
  size_t length = strlen(name);
  while (rule && *rule) {
    if (strncmp(rule, name, length) == 0 && rule[length] == ':') {
      char *end;
      word first = strtoul(rule + length + 1, &end, 0);
      long wanted = *end == ':' ? strtol(end + 1, NULL, 10) : (long)first;
      if ((wanted == 0 || wanted == count) && applies()) {
        *ckr = first;
        return 1;
      }
    }
    rule = strchr(rule, ',');
    if (rule) rule++;
  }
  return 0;
}

static int intercepted(const char *name, long count, word *ckr) {
  if (ruled("SHIM_HANG", name, count, ckr))
    for (;;) pause_ms(1000);
  return ruled("SHIM_FAIL", name, count, ckr);
}

#define WRAP(name, index)                                                                        \
  static word wrapped_##name(word a, word b, word c, word d, word e, word f, word g, word h) {    \
    static long count;                                                                            \
    word ckr;                                                                                     \
    if (intercepted(#name, __sync_add_and_fetch(&count, 1), &ckr)) return ckr;                    \
    return real->functions[index](a, b, c, d, e, f, g, h);                                        \
  }

WRAP(C_GetSlotList, 4)
WRAP(C_OpenSession, 12)
WRAP(C_GetAttributeValue, 24)
WRAP(C_FindObjectsInit, 26)
WRAP(C_SignInit, 42)
WRAP(C_GenerateKeyPair, 59)

static word wrapped_C_Login(word a, word b, word c, word d, word e, word f, word g, word h) {
  static long count;
  word ckr;
  note("C_Login");
  if (intercepted("C_Login", __sync_add_and_fetch(&count, 1), &ckr)) return ckr;
  return real->functions[18](a, b, c, d, e, f, g, h);
}

static word wrapped_C_Sign(word session, word data, word length, word value, word size, word f, word g, word h) {
  static long count;
  word ckr;
  long now = __sync_add_and_fetch(&count, 1);
  const char *delay = getenv("SHIM_DELAY_MS"), *wrong = getenv("SHIM_WRONG");
  if (intercepted("C_Sign", now, &ckr)) return ckr;
  if (delay) pause_ms(strtol(delay, NULL, 10));
  note("C_Sign");
  ckr = real->functions[43](session, data, length, value, size, f, g, h);
  if (ckr == 0 && value && wrong && strtol(wrong, NULL, 10) == now && applies()) ((unsigned char *)value)[10] ^= 1;
  return ckr;
}

word C_GetFunctionList(struct list **out) {
  if (!real) {
    void *module = dlopen(getenv("SHIM_MODULE"), RTLD_NOW | RTLD_LOCAL);
    word (*get)(struct list **) = module ? (word(*)(struct list **))dlsym(module, "C_GetFunctionList") : NULL;
    if (!get || get(&real) != 0) return 0x5; /* CKR_GENERAL_ERROR */
    ours = *real;
    ours.functions[4] = wrapped_C_GetSlotList;
    ours.functions[12] = wrapped_C_OpenSession;
    ours.functions[18] = wrapped_C_Login;
    ours.functions[24] = wrapped_C_GetAttributeValue;
    ours.functions[26] = wrapped_C_FindObjectsInit;
    ours.functions[42] = wrapped_C_SignInit;
    ours.functions[43] = wrapped_C_Sign;
    ours.functions[59] = wrapped_C_GenerateKeyPair;
  }
  *out = &ours;
  return 0;
}
