namespace Gatehouse.Local.Sqlite;

/// <summary>The database can't be used. The message says why and what to do, in one line.</summary>
internal sealed class DatabaseUnusableException(string message, Exception? innerException = null) : Exception(message, innerException);
