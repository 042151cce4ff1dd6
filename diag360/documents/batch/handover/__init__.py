"""What is handed over with the documents: index, synthesis, workbook, data package."""
