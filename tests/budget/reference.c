/* SPDX-License-Identifier: MIT */
/* The time that a table type takes to compile is compared with this file: as many loops, branches
 * and inlined calls as keep a compiler busy for about as long. It is never changed. */
#include <stddef.h>
#include <stdint.h>

#define INLINE static inline __attribute__((always_inline))

struct node {
    uint64_t key;
    uint64_t value;
    struct node *next;
};

INLINE uint64_t mix(uint64_t x, unsigned step)
{
    switch (step % 5) {
    case 0:
        return x ^ x >> 7;
    case 1:
        return x * 0x9e3779b97f4a7c15;
    case 2:
        return x << 13 | x >> 51;
    case 3:
        return x + (x >> 3) * step;
    default:
        return ~x;
    }
}

INLINE struct node *find(struct node *list, uint64_t key, unsigned step)
{
    while (list != NULL && mix(list->key, step) != key) {
        if (list->value > key && list->next != NULL)
            list = list->next->next;
        else
            list = list->next;
    }
    return list;
}

INLINE uint64_t gather(struct node **lists, size_t count, uint64_t key, unsigned step)
{
    uint64_t sum = 0;

    for (size_t i = 0; i < count; i++) {
        struct node *node = find(lists[i], mix(key + i, step), step);

        if (node == NULL)
            continue;
        sum += mix(node->value, step + 1);
        if (sum >> 32 > key) {
            node->key = sum;
            lists[i] = node->next;
        }
    }
    return sum;
}

#define FUNCTION(n)                                                                         \
    uint64_t reference_##n(struct node **lists, size_t count, uint64_t key);                \
    uint64_t reference_##n(struct node **lists, size_t count, uint64_t key)                 \
    {                                                                                       \
        return gather(lists, count, key, n) + gather(lists + 1, count, mix(key, n), n + 3); \
    }

#define FOUR(n)    \
    FUNCTION(n##0) \
    FUNCTION(n##1) \
    FUNCTION(n##2) \
    FUNCTION(n##3)
#define SIXTEEN(n) FOUR(n##0) FOUR(n##1) FOUR(n##2) FOUR(n##3)

SIXTEEN(1)
SIXTEEN(2)
SIXTEEN(3)
