using Gatehouse.Protection.Http;







namespace Gatehouse.Users;

/// <summary>Another user has the name, or one that looks like it.</summary>
internal sealed class UserNameTakenException() : Exception("There is a user of this name, or of one that looks like it.");

/// <summary>The change would leave no enabled administrator.</summary>
internal sealed class LastAdministratorException() : Exception("This is the last enabled administrator. Make another one first.");

/// <summary>Another writer changed the user since it was read.</summary>
internal sealed class UserChangedException() : Exception("The user was changed since it was read.");

/// <summary>What the exceptions of this folder are to a caller.</summary>
internal sealed class UserProblems : IProblemMapper
{
    public Problem? Find(Exception exception) => exception switch
    {
        UserNameTakenException or LastAdministratorException => new Problem(ProblemType.Conflict, exception.Message),
        UserChangedException => Precondition.Stale().Problem,
        _ => null,
    };
}
