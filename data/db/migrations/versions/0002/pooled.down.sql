DROP TABLE pooled_cells;
DROP TABLE pooled_blocks;
