namespace Gatehouse.KeyTool;

/// <summary>What the user can mend; the message is all that is shown.</summary>
internal sealed class KeyToolException(string message, Exception? innerException = null) : Exception(message, innerException);
