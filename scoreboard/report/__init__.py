"""What people see: terminal tables and exports."""
