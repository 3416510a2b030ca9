/*
 * The floor of `SigningKey.sign`: threads that do nothing but C_SignInit and C_Sign, one session each.
 *
 *   raw-sign MODULE LABEL PIN_FILE CKA_ID_HEX MECHANISM INPUT_BYTES THREADS MILLISECONDS
 *
 * MECHANISM is a number (1: CKM_RSA_PKCS, 4161: CKM_ECDSA). Prints signatures per second.
 */
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef unsigned long word;
typedef word (*call)();

struct attribute {
  word type;
  void *value;
  word length;
};
struct mechanism {
  word type;
  void *parameter;
  word length;
};
struct initialize {
  void *create, *destroy, *lock, *unlock;
  word flags;
  void *reserved;
};

static struct {
  unsigned char major, minor;
  call f[68];
} * p11;
static word slot, mechanism, input_length;
static unsigned char id[64];
static word id_length;
static double deadline;
static long total;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

static void check(const char *name, word ckr) {
  if (ckr == 0) return;
  fprintf(stderr, "%s: 0x%lx\n", name, ckr);
  exit(1);
}

static void *run(void *unused) {
  word session, key, count, size, class = 3;
  unsigned char value[2048], input[128];
  struct attribute wanted[2] = {{0, &class, sizeof class}, {0x102, id, id_length}};
  struct mechanism how = {mechanism, NULL, 0};
  long done = 0;
  (void)unused;
  memset(input, 7, sizeof input);
  check("C_OpenSession", p11->f[12](slot, (word)4, NULL, NULL, &session));
  check("C_FindObjectsInit", p11->f[26](session, wanted, (word)2));
  check("C_FindObjects", p11->f[27](session, &key, (word)1, &count));
  check("C_FindObjectsFinal", p11->f[28](session));
  if (count != 1) check("key", 0x60);
  while (now() < deadline) {
    check("C_SignInit", p11->f[42](session, &how, key));
    size = sizeof value;
    check("C_Sign", p11->f[43](session, input, input_length, value, &size));
    done++;
  }
  __sync_add_and_fetch(&total, done);
  return NULL;
}

int main(int argc, char **argv) {
  struct initialize options = {NULL, NULL, NULL, NULL, 2, NULL};
  word slots[64], count = 64, session;
  char pin[256] = {0};
  pthread_t threads[64];
  if (argc != 9) return 64;
  void *module = dlopen(argv[1], RTLD_NOW);
  if (!module) return 1;
  check("C_GetFunctionList", ((call)dlsym(module, "C_GetFunctionList"))(&p11));
  check("C_Initialize", p11->f[0](&options));
  check("C_GetSlotList", p11->f[4]((unsigned char)1, slots, &count));
  unsigned char info[1024];
  int found = 0;
  for (word i = 0; i < count; i++) {
    if (p11->f[6](slots[i], info) == 0 && strncmp((char *)info, argv[2], strlen(argv[2])) == 0) slot = slots[i], found = 1;
  }
  if (!found) check("token", 0xe0);
  FILE *file = fopen(argv[3], "r");
  if (!file || !fgets(pin, sizeof pin, file)) return 1;
  pin[strcspn(pin, "\r\n")] = 0;
  check("C_OpenSession", p11->f[12](slot, (word)4, NULL, NULL, &session));
  check("C_Login", p11->f[18](session, (word)1, pin, (word)strlen(pin)));
  for (const char *hex = argv[4]; *hex && hex[1]; hex += 2) sscanf(hex, "%2hhx", &id[id_length++]);
  mechanism = strtoul(argv[5], NULL, 0);
  input_length = strtoul(argv[6], NULL, 10);
  int wanted = atoi(argv[7]);
  double started = now();
  deadline = started + atoi(argv[8]) / 1000.0;
  for (int i = 0; i < wanted; i++) pthread_create(&threads[i], NULL, run, NULL);
  for (int i = 0; i < wanted; i++) pthread_join(threads[i], NULL);
  printf("%.1f\n", total / (now() - started));
  return 0;
}
