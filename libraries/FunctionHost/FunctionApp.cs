using System.Diagnostics;
using System.Reflection;

namespace Gatehouse.FunctionHost;

/// <summary>
/// The app under test, on a thread of its own. Its host announces itself through a DiagnosticListener while it is built,
/// which is how WebApplicationFactory reaches an app that gives it nothing.
/// </summary>
internal sealed class FunctionApp : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>
{
    // Other hosts of the process announce themselves too; only the app's own thread carries this value.
    private static readonly AsyncLocal<FunctionApp?> Current = new();

    private readonly MethodInfo _entryPoint;
    private readonly string[] _arguments;
    private readonly Action<IHostBuilder> _configure;
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<IDisposable> _subscriptions = [];
    private volatile IHost? _host;
    private IHostApplicationLifetime? _lifetime;

    private FunctionApp(MethodInfo entryPoint, string[] arguments, Action<IHostBuilder> configure)
    {
        _entryPoint = entryPoint;
        _arguments = arguments;
        _configure = configure;
    }

    /// <summary>The services of the app; null before its host is built.</summary>
    public IServiceProvider? Services => _host?.Services;

    private string? Name => _entryPoint.Module.Assembly.GetName().Name;

    /// <summary>Starts the entry point of an assembly.</summary>
    /// <exception cref="ArgumentException">The assembly is no program.</exception>
    public static FunctionApp Start(Assembly assembly, string[] arguments, Action<IHostBuilder> configure)
    {
        var entryPoint = assembly.EntryPoint
            ?? throw new ArgumentException($"{assembly.GetName().Name} has no entry point. Name a type of the function app's own assembly.");
        var app = new FunctionApp(entryPoint, arguments, configure);

        // Unsafe: the test's own context (trace, culture) is not the app's.
        new Thread(app.Run) { IsBackground = true, Name = assembly.GetName().Name }.UnsafeStart();
        return app;
    }

    /// <summary>Waits for a step of the start, which the app can end.</summary>
    /// <exception cref="InvalidOperationException">The entry point ended first. The inner exception is its own.</exception>
    public async Task RunUntilAsync(Task step)
    {
        var ended = _completion.Task;
        await Task.WhenAny(step, ended);
        if (step.IsCompletedSuccessfully || !ended.IsCompleted)
        {
            await step;
            return;
        }

        throw ended.Exception?.InnerException is { } reason
            ? new InvalidOperationException($"{Name} ended at its start: {reason.Message}", reason)
            : new InvalidOperationException($"{Name} ended at its start. Its entry point must build and run a host with the isolated worker.");
    }

    /// <summary>Waits until every hosted service of the app has started.</summary>
    public async Task WaitForHostAsync()
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = _lifetime!.ApplicationStarted.Register(started.SetResult);
        await started.Task;
    }

    /// <summary>Stops the app as a signal to its process would, and waits for the end of its entry point.</summary>
    /// <exception cref="TimeoutException">The app goes on. Its thread ends with the process.</exception>
    public async Task StopAsync(TimeSpan timeout, TimeProvider time)
    {
        // Without a host nothing can stop the app.
        if (_host is null || _completion.Task.IsCompleted)
        {
            return;
        }

        var ended = _completion.Task.WaitAsync(timeout, time);

        // Not on this thread, because a callback of ApplicationStopping can block.
        _ = Task.Run(_lifetime!.StopApplication);
        await ended.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!_completion.Task.IsCompleted)
        {
            throw new TimeoutException($"{Name} did not stop within {timeout}. " + (_lifetime.ApplicationStopped.IsCancellationRequested
                ? "Its host has stopped, but its entry point has not returned."
                : "A hosted service or a callback of ApplicationStopping does not end."));
        }
    }

    void IObserver<DiagnosticListener>.OnNext(DiagnosticListener value)
    {
        if (Current.Value == this && value.Name == "Microsoft.Extensions.Hosting")
        {
            _subscriptions.Add(value.Subscribe(this));
        }
    }

    void IObserver<KeyValuePair<string, object?>>.OnNext(KeyValuePair<string, object?> value)
    {
        if (Current.Value != this)
        {
            return;
        }

        switch (value)
        {
            case { Key: "HostBuilding", Value: IHostBuilder builder }:
                _configure(builder);
                break;
            case { Key: "HostBuilt", Value: IHost host } when _host is null:
                _lifetime = host.Services.GetRequiredService<IHostApplicationLifetime>();
                _host = host;
                break;
        }
    }

    void IObserver<DiagnosticListener>.OnCompleted()
    {
    }

    void IObserver<DiagnosticListener>.OnError(Exception error)
    {
    }

    void IObserver<KeyValuePair<string, object?>>.OnCompleted()
    {
    }

    void IObserver<KeyValuePair<string, object?>>.OnError(Exception error)
    {
    }

    private void Run()
    {
        Current.Value = this;
        try
        {
            _subscriptions.Add(DiagnosticListener.AllListeners.Subscribe(this));
            object?[] arguments = _entryPoint.GetParameters().Length == 0 ? [] : [_arguments];
            _entryPoint.Invoke(null, BindingFlags.DoNotWrapExceptions, null, arguments, null);
            _completion.SetResult();
        }
        catch (Exception exception)
        {
            _completion.SetException(exception);
        }
        finally
        {
            _subscriptions.ForEach(static subscription => subscription.Dispose());
        }
    }
}
