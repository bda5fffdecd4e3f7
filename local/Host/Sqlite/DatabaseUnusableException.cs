namespace Gatehouse.Local.Sqlite;

/// <summary>The database file can't be used as it is. Thrown when it is opened, never later.</summary>
/// <param name="message">Which file, what is wrong with it, and what to do, in one line.</param>
/// <param name="innerException">What SQLite or the file system said; null when they are content and we are not.</param>
internal sealed class DatabaseUnusableException(string message, Exception? innerException = null) : Exception(message, innerException);
