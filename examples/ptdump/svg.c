/* SPDX-License-Identifier: MIT */
/*
 * The picture has a strip for each level, the root's at the top. A node is a grey box over
 * everything below it. A page is a coloured box in the strip of its level. Under the strips each
 * column has a number, and a line in a list.
 */
#include "command.h"
#include "json.h"
#include "picture.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define PICTURE_WIDTH 1280
#define LEFT          150
#define RIGHT         20
#define STRIPS_TOP    92
#define STRIP_HEIGHT  46
#define STRIP_STEP    54
#define LINE_HEIGHT   19
#define LEGEND_HEIGHT 96
/** Of the font in the boxes. */
#define LETTER_WIDTH 7

struct drawing {
    FILE *out;
    const struct space *space;
    const struct picture *picture;
    const struct pt64_meta *meta;
    const struct pt64_limits *limits;
    unsigned bottom; /**< of the strips */
};

/* ---- colours ---- */

struct colour {
    unsigned red, green, blue;
};

struct permission_colour {
    pt64_flags_t flags;
    const char *text;
    struct colour colour;
};

static const struct permission_colour colours[] = {
    {PT64_READ, "read only", {0x8a, 0x6d, 0xb1}},
    {PT64_READ | PT64_WRITE, "read, write", {0x2b, 0x73, 0xc8}},
    {PT64_READ | PT64_EXECUTE, "read, execute", {0x2c, 0x9a, 0x4b}},
    {PT64_EXECUTE, "execute only", {0x1d, 0x8f, 0x9a}},
    {PT64_READ | PT64_WRITE | PT64_EXECUTE, "write and execute", {0xd3, 0x2f, 0x2f}},
    {0, "nothing", {0x80, 0x80, 0x80}},
};

#define COLOURS (sizeof(colours) / sizeof(colours[0]))

/** Paler for smaller pages. */
static struct colour shade(struct colour colour, unsigned level)
{
    unsigned white = level == 0 ? 45 : level == 1 ? 20 : 0;

    colour.red += (255 - colour.red) * white / 100;
    colour.green += (255 - colour.green) * white / 100;
    colour.blue += (255 - colour.blue) * white / 100;
    return colour;
}

static struct colour colour_of(pt64_flags_t flags, unsigned level)
{
    flags &= PT64_READ | PT64_WRITE | PT64_EXECUTE;
    for (size_t i = 0; i < COLOURS; i++)
        if (colours[i].flags == flags)
            return shade(colours[i].colour, level);
    return shade(colours[COLOURS - 1].colour, level);
}

/* ---- shapes ---- */

static void text(FILE *out, unsigned x, unsigned y, const char *class, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

static void text(FILE *out, unsigned x, unsigned y, const char *class, const char *format, ...)
{
    char line[240];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(line, sizeof(line), format, arguments);
    va_end(arguments);
    fprintf(out, "<text x=\"%u\" y=\"%u\" class=\"%s\">", x, y, class);
    for (const char *c = line; *c != '\0'; c++) {
        if (*c == '<')
            fputs("&lt;", out);
        else if (*c == '&')
            fputs("&amp;", out);
        else
            fputc(*c, out);
    }
    fputs("</text>\n", out);
}

static void box(FILE *out, unsigned x, unsigned y, unsigned width, unsigned height,
                const char *fill)
{
    fprintf(out, "<rect x=\"%u\" y=\"%u\" width=\"%u\" height=\"%u\" %s/>\n", x, y, width, height,
            fill);
}

/**
 * A box for pages: the colour is for the permissions, hatched for user code, dotted for device
 * memory.
 */
static void page_box(FILE *out, unsigned x, unsigned y, unsigned width, unsigned height,
                     const struct part *part)
{
    struct colour colour = colour_of(part->flags, part->level);
    char fill[80];

    snprintf(fill, sizeof(fill), "fill=\"#%02x%02x%02x\" class=\"%s\"", colour.red, colour.green,
             colour.blue, part->wrong ? "wrong" : "page");
    box(out, x, y, width, height, fill);
    if (part->flags & PT64_USER)
        box(out, x, y, width, height, "fill=\"url(#user)\"");
    if (part->flags & PT64_MEMORY_TYPES)
        box(out, x, y, width, height, "fill=\"url(#device)\"");
}

/** Text in the middle of a box, if it fits. */
static void label(FILE *out, unsigned x, unsigned y, unsigned width, const char *class,
                  const char *what)
{
    if (strlen(what) * LETTER_WIDTH + 4 <= width)
        text(out, x + width / 2, y, class, "%s", what);
}

/* ---- strips ---- */

static unsigned strip_top(const struct drawing *drawing, unsigned level)
{
    return STRIPS_TOP + (pt64_root_level(drawing->limits) - level) * STRIP_STEP;
}

static void strip_name(const struct drawing *drawing, unsigned level)
{
    const struct pt64_terms *terms = drawing->space->halves[0].format->terms;
    unsigned y = strip_top(drawing, level) + STRIP_HEIGHT / 2;
    char size[SIZE_TEXT];

    text(drawing->out, 12, y - 2, "name", "%s", terms->level_name(drawing->meta, level));
    text(drawing->out, 12, y + 14, "small", "%s each",
         size_text(pt64_slot_size(drawing->meta, level), size));
    box(drawing->out, LEFT, strip_top(drawing, level), PICTURE_WIDTH - LEFT - RIGHT, STRIP_HEIGHT,
        "class=\"strip\"");
}

/** Whether two adjacent columns have a slot of `level` in common. */
static bool share_slot(const struct column *column, const struct column *next, unsigned level)
{
    return column->half == next->half &&
           picture_slot(column, column->last, level) == picture_slot(next, next->first, level);
}

/** A node over columns `first` to `last`. */
static void table_box(const struct drawing *drawing, unsigned level, size_t first, size_t last)
{
    const struct column *left = &drawing->picture->columns[first];
    const struct column *right = &drawing->picture->columns[last];
    unsigned y = strip_top(drawing, level);
    unsigned width = right->x + right->width - left->x;
    size_t from = pt64_index(drawing->meta, drawing->limits, left->first, level);
    size_t to = pt64_index(drawing->meta, drawing->limits, right->last, level);
    char indices[48];

    box(drawing->out, left->x, y, width, STRIP_HEIGHT, "class=\"table\"");
    if (from == to)
        snprintf(indices, sizeof(indices), "%zu", from);
    else
        snprintf(indices, sizeof(indices), "%zu-%zu", from, to);
    label(drawing->out, left->x, y + STRIP_HEIGHT / 2 + 5, width, "index", indices);
}

static void strip_tables(const struct drawing *drawing, unsigned level)
{
    const struct picture *picture = drawing->picture;
    size_t first = 0;

    for (size_t i = 0; i < picture->count; i++) {
        const struct column *column = &picture->columns[i];

        if (!column_goes_below(column, level)) {
            first = i + 1;
            continue;
        }
        if (i + 1 < picture->count && column_goes_below(column + 1, level) &&
            share_slot(column, column + 1, level))
            continue;
        table_box(drawing, level, first, i);
        first = i + 1;
    }
}

/** The pages of one column at one level, the kinds beside each other. */
static void column_pages(const struct drawing *drawing, const struct column *column, unsigned level)
{
    bool over_table = column_goes_below(column, level);
    unsigned y = strip_top(drawing, level) + (over_table ? STRIP_HEIGHT / 2 : 0);
    unsigned height = over_table ? STRIP_HEIGHT / 2 : STRIP_HEIGHT;
    unsigned kinds = 0, done = 0;

    for (size_t i = 0; i < column->part_count; i++)
        kinds += column->parts[i].level == level;
    for (size_t i = 0; i < column->part_count; i++) {
        const struct part *part = &column->parts[i];
        unsigned from = column->x + column->width * done / (kinds == 0 ? 1 : kinds);
        unsigned to;
        char pages[40];
        char size[SIZE_TEXT];

        if (part->level != level)
            continue;
        done++;
        to = column->x + column->width * done / kinds;
        page_box(drawing->out, from, y, to - from, height, part);
        snprintf(pages, sizeof(pages), "%" PRIu64 "x%s", part->pages,
                 size_text(pt64_slot_size(drawing->meta, level), size));
        label(drawing->out, from, y + height / 2 + 5, to - from, "pages", pages);
    }
}

static void strips(const struct drawing *drawing)
{
    for (unsigned level = drawing->limits->levels; level-- > 0;) {
        strip_name(drawing, level);
        strip_tables(drawing, level);
        for (size_t i = 0; i < drawing->picture->count; i++)
            if (column_has_level(&drawing->picture->columns[i], level))
                column_pages(drawing, &drawing->picture->columns[i], level);
    }
}

/** The numbers under the columns, and a mark at each hole. */
static void numbers(const struct drawing *drawing)
{
    const struct picture *picture = drawing->picture;

    for (size_t i = 0; i < picture->count; i++) {
        const struct column *column = &picture->columns[i];

        text(drawing->out, column->x + column->width / 2, drawing->bottom + 12, "number", "%zu",
             i + 1);
        if (picture_has_hole(picture, i))
            fprintf(drawing->out,
                    "<line x1=\"%u\" y1=\"%u\" x2=\"%u\" y2=\"%u\" class=\"hole\"/>\n",
                    column->x + column->width + 7, STRIPS_TOP, column->x + column->width + 7,
                    drawing->bottom);
    }
}

/* ---- the list ---- */

static void column_sizes(const struct drawing *drawing, const struct column *column, char *line,
                         size_t size)
{
    size_t length = 0;

    line[0] = '\0';
    for (unsigned level = 0; level < drawing->limits->levels; level++) {
        uint64_t pages = 0;
        char page[SIZE_TEXT];

        for (size_t i = 0; i < column->part_count; i++)
            pages += column->parts[i].level == level ? column->parts[i].pages : 0;
        if (pages == 0 || length >= size)
            continue;
        length += (size_t)snprintf(line + length, size - length, "%s%" PRIu64 "x%s",
                                   length == 0 ? "" : " ", pages,
                                   size_text(pt64_slot_size(drawing->meta, level), page));
    }
}

static void column_what(const struct column *column, char *line, size_t size)
{
    char permissions[PERMISSIONS_TEXT];

    if (column->runs > 1)
        snprintf(line, size, "%zu ranges", column->runs);
    else
        snprintf(line, size, "%s %s at %" PRIx64 "%s",
                 permissions_text(column->parts[0].flags, permissions),
                 pt64_memory_name(column->parts[0].flags), column->paddr,
                 column->parts[0].wrong ? ", reserved bits set" : "");
}

static void list_line(const struct drawing *drawing, size_t number, unsigned y)
{
    const struct column *column = &drawing->picture->columns[number];
    unsigned swatch = 36 / (unsigned)column->part_count;
    char sizes[60], what[80], size[SIZE_TEXT];

    for (unsigned i = 0; i < column->part_count; i++)
        page_box(drawing->out, 44 + i * swatch, y - 11, swatch, 13, &column->parts[i]);
    column_sizes(drawing, column, sizes, sizeof(sizes));
    column_what(column, what, sizeof(what));
    text(drawing->out, 34, y, "right", "%zu", number + 1);
    text(drawing->out, 92, y, "mono", "%016" PRIx64 " - %016" PRIx64, column->first, column->last);
    text(drawing->out, 450, y, "size", "%s", size_text(column->bytes, size));
    text(drawing->out, 480, y, "mono", "%s", sizes);
    text(drawing->out, 680, y, "mono", "%s", what);
}

/* ---- the frame ---- */

static void legend(const struct drawing *drawing, unsigned top)
{
    struct part part = {0, 0, false, 1, 1};
    unsigned x = 24;
    char size[SIZE_TEXT];

    for (size_t i = 0; i + 1 < COLOURS; i++) {
        part.flags = colours[i].flags;
        for (part.level = 0; part.level < 3; part.level++)
            page_box(drawing->out, x + part.level * 18, top, 18, 14, &part);
        text(drawing->out, x + 60, top + 12, "key", "%s", colours[i].text);
        x += 190;
    }
    part.level = 1;
    part.flags = PT64_READ | PT64_WRITE | PT64_USER;
    page_box(drawing->out, 24, top + 28, 54, 14, &part);
    text(drawing->out, 84, top + 40, "key", "hatched: user code may");
    part.flags = PT64_READ | PT64_WRITE | PT64_DEVICE;
    page_box(drawing->out, 274, top + 28, 54, 14, &part);
    text(drawing->out, 334, top + 40, "key", "dotted: not cached memory");
    box(drawing->out, 534, top + 28, 54, 14, "class=\"table\"");
    text(drawing->out, 594, top + 40, "key", "tables, with the index of their entries");
    text(drawing->out, 24, top + 66, "key",
         "The darker, the larger the pages, from %s up. A dashed line is a hole. Widths grow with "
         "the logarithm of the size.",
         size_text(pt64_page_size(drawing->meta), size));
}

/** A size to read: in the largest unit, to a tenth. */
static const char *about(uint64_t bytes, char size[SIZE_TEXT])
{
    double number = (double)bytes;
    unsigned unit = 0;

    for (; number >= 1024 && unit < 6; unit++)
        number /= 1024;
    snprintf(size, SIZE_TEXT, "%.1f %ciB", number, " KMGTPE"[unit]);
    return size;
}

static void head(const struct drawing *drawing, unsigned height)
{
    const struct space *space = drawing->space;
    const char *name = strrchr(space->image.path, '/');
    char size[SIZE_TEXT], upper[40] = "";

    if (space->count > 1)
        snprintf(upper, sizeof(upper), " and that at 0x%" PRIx64, space->halves[1].root);
    fprintf(drawing->out,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%u\" "
            "viewBox=\"0 0 %d %u\">\n"
            "<style>\n"
            "text { font: 13px sans-serif; fill: #222; }\n"
            ".title { font-size: 20px; font-weight: bold; }\n"
            ".name { font-weight: bold; }\n"
            ".small { font-size: 11px; fill: #666; }\n"
            ".mono, .size, .right { font: 12.5px monospace; }\n"
            ".size, .right { text-anchor: end; }\n"
            ".right { font-weight: bold; }\n"
            ".index { font-size: 12px; text-anchor: middle; fill: #555; }\n"
            ".pages { font-size: 11.5px; text-anchor: middle; fill: #000; stroke: #fff; "
            "stroke-opacity: 0.6; stroke-width: 3px; paint-order: stroke; }\n"
            ".number { font-size: 11px; font-weight: bold; text-anchor: middle; }\n"
            ".strip { fill: #f6f6f8; }\n"
            ".table { fill: #dcdde3; stroke: #8b8d98; }\n"
            ".page { stroke: #333; stroke-width: 0.6; }\n"
            ".wrong { stroke: #f00; stroke-width: 3; stroke-dasharray: 4 2; }\n"
            ".hole { stroke: #999; stroke-dasharray: 2 4; }\n"
            "</style>\n"
            "<defs>\n"
            "<pattern id=\"user\" width=\"7\" height=\"7\" patternUnits=\"userSpaceOnUse\" "
            "patternTransform=\"rotate(45)\"><rect width=\"2\" height=\"7\" fill=\"#fff\" "
            "fill-opacity=\"0.75\"/></pattern>\n"
            "<pattern id=\"device\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\">"
            "<circle cx=\"3\" cy=\"3\" r=\"1.2\" fill=\"#000\" fill-opacity=\"0.7\"/></pattern>\n"
            "</defs>\n"
            "<rect width=\"%d\" height=\"%u\" fill=\"#fff\"/>\n",
            PICTURE_WIDTH, height, PICTURE_WIDTH, height, PICTURE_WIDTH, height);
    text(drawing->out, 24, 36, "title", "%s: %s %s", name == NULL ? space->image.path : name + 1,
         space->layout->arch, space->layout_name);
    text(drawing->out, 24, 62, "key", "%s mapped, by the table at 0x%" PRIx64 "%s",
         about(drawing->picture->bytes, size), space->halves[0].root, upper);
}

static void draw(struct drawing *drawing)
{
    unsigned list_top;
    unsigned height;

    drawing->bottom = strip_top(drawing, 0) + STRIP_HEIGHT;
    list_top = drawing->bottom + 50;
    height = list_top + (unsigned)drawing->picture->count * LINE_HEIGHT + LEGEND_HEIGHT;
    head(drawing, height);
    strips(drawing);
    numbers(drawing);
    for (size_t i = 0; i < drawing->picture->count; i++)
        list_line(drawing, i, list_top + (unsigned)i * LINE_HEIGHT);
    legend(drawing, height - LEGEND_HEIGHT + 8);
    fputs("</svg>\n", drawing->out);
}

/* ---- the same as data ---- */

static void part_json(struct json *json, const struct column *column, const struct part *part)
{
    json_open(json, NULL, '{');
    json_number(json, "page", pt64_slot_size(column->half->format->meta, part->level));
    json_number(json, "pages", part->pages);
    json_number(json, "bytes", part->bytes);
    json_flags(json, part->flags);
    json_close(json, '}');
}

static void picture_json(const struct picture *picture, FILE *out)
{
    struct json json;

    json_begin(&json, out);
    json_open(&json, NULL, '[');
    for (size_t i = 0; i < picture->count; i++) {
        const struct column *column = &picture->columns[i];

        json_open(&json, NULL, '{');
        json_span(&json, "virtual", column->first, column->last - column->first + 1);
        json_number(&json, "bytes", column->bytes);
        json_number(&json, "ranges", column->runs);
        json_open(&json, "parts", '[');
        for (size_t j = 0; j < column->part_count; j++)
            part_json(&json, column, &column->parts[j]);
        json_close(&json, ']');
        json_close(&json, '}');
    }
    json_close(&json, ']');
    json_end(&json);
}

int command_svg(struct space *space, const struct options *options, FILE *out)
{
    const struct format *format = space->halves[0].format;
    struct drawing drawing = {out, space, NULL, format->meta, format->limits, 0};
    struct picture picture;
    struct runs runs;

    runs_collect(&runs, space, true, false);
    picture_make(&picture, &runs, LEFT, PICTURE_WIDTH - LEFT - RIGHT);
    drawing.picture = &picture;
    if (options->json)
        picture_json(&picture, out);
    else
        draw(&drawing);
    runs_free(&runs);
    return 0;
}
