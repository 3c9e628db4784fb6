# The exercises of the book: book/exercises/README.md. Included by the Makefile.

COURSE = CXX='$(CXX)' GTEST_CFLAGS='$(GTEST_CFLAGS)' \
  GTEST_LIBS='$(patsubst -lgtest_main,,$(GTEST_LIBS))' \
  BUILD='$(CURDIR)/build/course' sh book/exercises/course.sh

.PHONY: learn hint reveal course-check grade

learn:  ## test your answers to the exercises (EX=3 or EX=3.1)
	@$(COURSE) learn '$(EX)'

hint:  ## a hint, one more at each call (EX=3.1)
	@$(COURSE) hint '$(EX)'

reveal:  ## a solution, once yours passes (EX=3.1; FORCE=1: at once)
	@FORCE='$(FORCE)' $(COURSE) reveal '$(EX)'

course-check:  ## prove the exercises: starters, solutions, planted bugs
	@STRICT='$(STRICT)' $(COURSE) check '$(EX)'
	@BUILD= sh tests/book/course_test.sh

grade:  ## a gradebook (SUBMISSIONS=folder, a folder a student in it)
	@GRADEBOOK='$(GRADEBOOK)' $(COURSE) grade '$(SUBMISSIONS)' '$(EX)'
