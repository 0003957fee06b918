/* The firms' choice and dispatch of a week without measures, as plain C over the same columns: what a good compiler
   makes of the rules without Python. Same arithmetic in the same order, so the same bits. */
#include <stdint.h>
#include <stddef.h>

enum { BLOCK = 512, WORDS = 4, ROUNDS = 10 };

typedef struct {
    int64_t rows, columns, slots, channels, commodities;
    const uint32_t *generation;
    const int32_t *active, *born_week, *group, *commodity;
    const uint32_t *channel;
    const int32_t *cell, *is_made_here;
    const float *price, *season, *capacity, *unit_cost, *risk, *own_utility, *net_revenue, *friction, *attraction;
    float *price_belief, *share, *relationship, *margin, *stock, *shipped;
    double *dispatched, *made_here, *account;
} columns_t;

typedef struct {
    float attention_price, theta, relationship_weight, adjustment, decay;
    float base_margin, volume_scale, stock_weeks, base_utilisation, base_log_odds;
} rules_t;

static float uniform[WORDS][BLOCK], utility[16][BLOCK], top[BLOCK], total[BLOCK], mean[BLOCK];
static uint32_t words[WORDS][BLOCK], place[BLOCK];
static double value[BLOCK];

static inline float exp32(float x) {
    float bounded = x > -80.0f ? x : -80.0f;
    bounded = bounded < 87.0f ? bounded : 87.0f;
    float whole = __builtin_floorf(bounded * 1.44269504f + 0.5f);
    float r = (bounded - whole * 0.693359375f) - whole * -2.12194440e-4f;
    float p = 1.9875691500e-4f;
    p = p * r + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    p = (p * r) * r + r + 1.0f;
    union { int32_t bits; float value; } power = { ((int32_t)whole + 127) << 23 };
    return x >= -80.0f ? p * power.value : 0.0f;
}

static void draw(const columns_t *c, int64_t first, int64_t n, uint32_t week, uint32_t purpose, uint32_t k0,
                 uint32_t k1) {
    for (int64_t i = 0; i < n; i++) {
        words[0][i] = (uint32_t)(first + i);
        words[1][i] = c->generation[first + i];
        words[2][i] = week;
        words[3][i] = purpose;
    }
    for (int round = 0; round < ROUNDS; round++) {
        for (int64_t i = 0; i < n; i++) {
            uint64_t p0 = 0xD2511F53ull * words[0][i], p1 = 0xCD9E8D57ull * words[2][i];
            words[0][i] = (uint32_t)(p1 >> 32) ^ words[1][i] ^ k0;
            words[1][i] = (uint32_t)p1;
            words[2][i] = (uint32_t)(p0 >> 32) ^ words[3][i] ^ k1;
            words[3][i] = (uint32_t)p0;
        }
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    for (int j = 0; j < WORDS; j++)
        for (int64_t i = 0; i < n; i++)
            uniform[j][i] = (float)(words[j][i] >> 8) * 0x1p-24f;
}

static void hear(int64_t n, float attention, int64_t channels, const uint32_t *restrict channel,
                 const int32_t *restrict cell, const float *restrict price, float *restrict belief) {
    for (int64_t i = 0; i < n; i++)
        if (uniform[0][i] < attention && channel[i] < channels)
            belief[i] = price[cell[channel[i]]];
}

static void weigh(int64_t n, const rules_t *rules, const columns_t *c, const uint32_t *restrict channel,
                  const float *restrict belief, const float *restrict risk, const float *restrict relationship,
                  const float *restrict own_utility, const float *restrict share, const float *restrict cost,
                  float *restrict out) {
    const float *restrict net_revenue = c->net_revenue, *restrict friction = c->friction, *restrict attraction = c->attraction;
    for (int64_t i = 0; i < n; i++) {
        uint32_t k = channel[i];
        float gain = belief[i] * net_revenue[k] - cost[i] - friction[k] - risk[i];
        mean[i] += share[i] * gain;
        out[i] = rules->theta * gain + attraction[k] + rules->relationship_weight * relationship[i] + own_utility[i];
    }
}

static void move(int64_t n, const rules_t *rules, const float *restrict weight, float *restrict share,
                 float *restrict relationship) {
    for (int64_t i = 0; i < n; i++) {
        share[i] = share[i] + rules->adjustment * (weight[i] * total[i] - share[i]);
        float used = share[i] > 0.02f ? 1.0f : 0.0f;
        relationship[i] = relationship[i] + rules->decay * (used - relationship[i]);
    }
}

static void choose_volume(int64_t first, int64_t n, const rules_t *rules, const columns_t *c) {
    const float *restrict margin = c->margin + first, *restrict capacity = c->capacity + first;
    const int32_t *restrict commodity = c->commodity + first;
    float *restrict stock = c->stock + first, *restrict shipped = c->shipped + first;
    float base = rules->base_utilisation, weeks = rules->stock_weeks;
    for (int64_t i = 0; i < n; i++) {
        float gap = margin[i] - rules->base_margin;
        float v = 1.0f / (1.0f + exp32(-(gap / rules->volume_scale + rules->base_log_odds)));
        float room = capacity[i] * c->season[commodity[i]];
        float kept = stock[i] < weeks * capacity[i] ? room * (base - v) : 0.0f;
        float sold = stock[i] > 1e-6f && weeks > 0.0f ? stock[i] / weeks : stock[i];
        stock[i] = stock[i] + (v < base ? kept : -sold);
        shipped[i] = room * v + (v < base ? 0.0f : sold);
    }
}

static void dispatch(int64_t n, uint32_t columns, const uint32_t *restrict channel, const int32_t *restrict made_here,
                     const float *restrict share, const float *restrict shipped, double *restrict account) {
    for (int64_t i = 0; i < n; i++)
        place[i] = channel[i] + (made_here[i] != 0 ? columns : 0);
    for (int64_t i = 0; i < n; i++)
        value[i] = (double)shipped[i] * (double)share[i];
    for (int64_t i = 0; i < n; i++)
        account[place[i]] += value[i];
}

static void work_through(int64_t first, int64_t n, const rules_t *rules, const columns_t *c) {
    for (int64_t i = 0; i < n; i++) {
        top[i] = -1e8f;
        total[i] = 0.0f;
        mean[i] = 0.0f;
    }
    for (int64_t q = 0; q < c->slots; q++) {
        int64_t at = q * c->columns + first;
        hear(n, rules->attention_price, c->channels, c->channel + at, c->cell, c->price, c->price_belief + at);
        weigh(n, rules, c, c->channel + at, c->price_belief + at, c->risk + at, c->relationship + at, c->own_utility + at,
              c->share + at, c->unit_cost + first, utility[q]);
        for (int64_t i = 0; i < n; i++)
            top[i] = top[i] > utility[q][i] ? top[i] : utility[q][i];
    }
    for (int64_t i = 0; i < n; i++)
        c->margin[first + i] = mean[i];
    for (int64_t q = 0; q < c->slots; q++)
        for (int64_t i = 0; i < n; i++) {
            utility[q][i] = exp32(utility[q][i] - top[i]);
            total[i] += utility[q][i];
        }
    for (int64_t i = 0; i < n; i++)
        total[i] = 1.0f / (total[i] > 1e-30f ? total[i] : 1e-30f);
    for (int64_t q = 0; q < c->slots; q++)
        move(n, rules, utility[q], c->share + q * c->columns + first, c->relationship + q * c->columns + first);
    choose_volume(first, n, rules, c);
    for (int64_t q = 0; q < c->slots; q++) {
        int64_t at = q * c->columns + first;
        dispatch(n, (uint32_t)c->channels + 1, c->channel + at, c->is_made_here + first, c->share + at,
                 c->shipped + first, c->account);
    }
}

void choose_and_dispatch(const columns_t *c, const rules_t *rules, int64_t first_week, int64_t weeks, uint32_t purpose,
                         uint32_t seed, uint32_t run) {
    for (int64_t week = first_week; week < first_week + weeks; week++) {
        for (int64_t k = 0; k < 2 * (c->channels + 1); k++)
            c->account[k] = 0.0;
        for (int64_t first = 0; first < c->rows; first += BLOCK) {
            int64_t n = c->rows - first < BLOCK ? c->rows - first : BLOCK;
            draw(c, first, n, (uint32_t)week, purpose, seed, run);
            work_through(first, n, rules, c);
        }
        for (int64_t k = 0; k < c->channels; k++) {
            c->made_here[k] = c->account[c->channels + 1 + k];
            c->dispatched[k] = c->account[k] + c->made_here[k];
        }
    }
}
