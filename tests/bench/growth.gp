# SPDX-License-Identifier: MIT
#
# Draws `data`, the lines of the sweep, to standard output.

set terminal svg size 900,600 font 'sans-serif,14' background 'white'
set datafile separator ','
set title 'Cost of a call by the size of its region (x86\_64\_la48, '.compiler.')'
set logscale xy
set xlabel 'region'
set ylabel 'time of the call'
set xtics ('4 KiB' 2.0**12, '64 KiB' 2.0**16, '2 MiB' 2.0**21, '32 MiB' 2.0**25, \
    '1 GiB' 2.0**30, '32 GiB' 2.0**35, '1 TiB' 2.0**40)
set ytics ('10 ns' 1e1, '100 ns' 1e2, '1 µs' 1e3, '10 µs' 1e4, '100 µs' 1e5, '1 ms' 1e6, \
    '10 ms' 1e7, '100 ms' 1e8, '1 s' 1e9)
set xrange [2.0**12:2.0**40]
set grid xtics ytics lc rgb '#cccccc'
set key top left
set border 3
set tics nomirror

plot data using 1:2 with lines lw 3 lc rgb '#999999' title 'raw fill, a word for each 4 KiB', \
    data using 1:3 with linespoints lw 2 pt 7 ps 0.5 lc rgb '#0072b2' title 'map, 4 KiB pages', \
    data using 1:4 with linespoints lw 2 pt 7 ps 0.5 lc rgb '#d55e00' title 'protect, 4 KiB pages', \
    data using 1:5 with linespoints lw 2 pt 7 ps 0.5 lc rgb '#009e73' title 'unmap, 4 KiB pages', \
    data using 1:6 with lines lw 2 dt 2 lc rgb '#0072b2' title 'map, largest pages', \
    data using 1:7 with lines lw 2 dt 2 lc rgb '#d55e00' title 'protect, largest pages', \
    data using 1:8 with lines lw 2 dt 2 lc rgb '#009e73' title 'unmap, largest pages'
