namespace Gatehouse.Protection.Http;

/// <summary>Ends a request with a problem; <see cref="ProblemDetailsMiddleware"/> writes the answer.</summary>
internal sealed class ProblemException(Problem problem) : Exception(problem.Detail)
{
    public ProblemException(ProblemType type, string detail)
        : this(new Problem(type, detail))
    {
    }

    public Problem Problem { get; } = problem;
}
